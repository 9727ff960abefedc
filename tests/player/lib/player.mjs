// The player as a person and a desktop meet it: a window, keys, and MPRIS on the session bus.
import { until } from './processes.mjs';

const NAME = 'org.mpris.MediaPlayer2.yundisk';
const PLAYER = 'org.mpris.MediaPlayer2.Player';

export class Player {
  constructor(program, desktop) {
    this.program = program;
    this.desktop = desktop;
  }

  // start([{ env }], argument...)
  async start(...args) {
    const { env = {} } = typeof args[0] === 'object' ? args.shift() : {};
    this.process = this.desktop.processes.start(this.program, args, { env: { ...this.desktop.env, ...env } });
    await until('the player on the bus', () => this.isOnBus());
  }

  // A start that ends by itself: its exit code and what it printed.
  async run(...args) {
    const child = this.desktop.processes.start(this.program, args, { env: this.desktop.env });
    await until(`the end of ${this.program} ${args[0]}`, () => child.exitCode !== null);
    return { code: child.exitCode, output: child.output };
  }

  async stop() {
    await this.desktop.processes.end(this.process);
  }

  isOnBus() {
    return this.#gdbus('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner', NAME)?.includes('true');
  }

  call(method, ...args) {
    return this.#gdbus(NAME, '/org/mpris/MediaPlayer2', method, ...args);
  }

  property(name, iface = PLAYER) {
    return this.call('org.freedesktop.DBus.Properties.Get', iface, name) ?? '';
  }

  setProperty(name, value, iface = PLAYER) {
    return this.call('org.freedesktop.DBus.Properties.Set', iface, name, value);
  }

  open(link) {
    return this.call(`${PLAYER}.OpenUri`, link);
  }

  status() {
    return /'(\w+)'/.exec(this.property('PlaybackStatus'))?.[1];
  }

  seconds() {
    return Number(/int64 (\d+)/.exec(this.property('Position'))?.[1] ?? NaN) / 1e6;
  }

  title() {
    return /'xesam:title': <'([^']*)'>/.exec(this.property('Metadata'))?.[1];
  }

  async untilPlaying() {
    await until('the film to play', () => this.status() === 'Playing' && this.seconds() > 0.2);
  }

  #gdbus(name, object, method, ...args) {
    try {
      return this.desktop.run('gdbus', ['call', '--session', '--timeout', '5', '--dest', name, '--object-path', object, '--method', method, ...args]);
    } catch {
      return undefined;  // not there (yet)
    }
  }
}
