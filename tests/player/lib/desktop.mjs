// A desktop for one test run: an X server without a screen, a window manager and a session bus, all private.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { until } from './processes.mjs';

const WIDTH = 1280;
const HEIGHT = 800;

export class Desktop {
  constructor(processes, folder) {
    this.processes = processes;
    this.folder = folder;
  }

  async start() {
    const server = this.processes.start(
      'Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', `${WIDTH}x${HEIGHT}x24`],
      { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let number = '';
    server.stdio[3].on('data', (data) => { number += data; });
    await until('the X server', () => number.includes('\n'));
    const bus = path.join(this.folder, 'bus');
    const home = path.join(this.folder, 'home');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    this.env = {
      ...process.env,
      DISPLAY: `:${number.trim()}`,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}`,
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_DATA_HOME: path.join(home, '.local/share'),
      XDG_RUNTIME_DIR: home,
      LC_ALL: 'C.UTF-8',
    };
    this.processes.start('dbus-daemon', ['--session', '--nofork', `--address=unix:path=${bus}`], { env: this.env });
    // Without frames around them, windows are where the X server says they are.
    const bare = '<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"><applications>' +
      '<application class="*"><decor>no</decor></application></applications></openbox_config>';
    const manager = path.join(this.folder, 'openbox.xml');
    writeFileSync(manager, bare);
    const managed = path.join(this.folder, 'managed');
    this.processes.start('openbox', ['--config-file', manager, '--startup', `touch ${managed}`], { env: this.env });
    await until('the session bus', () => existsSync(bus));
    await until('the window manager', () => existsSync(managed));
  }

  run(program, args) {
    return execFileSync(program, args, { env: this.env, maxBuffer: 1 << 25, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  key(...keys) {
    this.run('xdotool', ['key', '--delay', '60', ...keys]);
  }

  click(x, y) {
    this.run('xdotool', ['mousemove', String(x), String(y), 'click', '1']);
  }

  // The titles of the windows that can be seen.
  titles() {
    try {
      const ids = this.run('xdotool', ['search', '--onlyvisible', '--name', '.']).trim().split('\n');
      return ids.map((id) => this.run('xdotool', ['getwindowname', id]).trim());
    } catch {
      return [];  // nothing found, or a window went away between the two questions
    }
  }

  // { x, y, width, height } of the window with this title.
  geometry(title) {
    const id = this.run('xdotool', ['search', '--onlyvisible', '--name', title]).trim().split('\n').pop();
    const text = this.run('xdotool', ['getwindowgeometry', '--shell', id]);
    const value = (name) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)[1]);
    return { id, x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') };
  }

  picture() {
    const pixels = execFileSync('import', ['-silent', '-window', 'root', '-depth', '8', 'rgb:-'],
      { env: this.env, maxBuffer: 1 << 25, stdio: ['ignore', 'pipe', 'ignore'] });
    return new Picture(pixels);
  }
}

class Picture {
  constructor(pixels) {
    this.pixels = pixels;
  }

  at(x, y) {
    const start = (Math.round(y) * WIDTH + Math.round(x)) * 3;
    return [...this.pixels.subarray(start, start + 3)];
  }

  // How many of every fourth pixel both ways are nearly white.
  whites({ x, y, width, height }) {
    let count = 0;
    for (let row = y; row < y + height; row += 4)
      for (let column = x; column < x + width; column += 4)
        if (this.at(column, row).every((value) => value > 200)) ++count;
    return count;
  }

  differsFrom(other, { x, y, width, height }) {
    let different = 0;
    for (let row = y; row < y + height; row += 4)
      for (let column = x; column < x + width; column += 4)
        if (this.at(column, row).some((value, i) => Math.abs(value - other.at(column, row)[i]) > 40)) ++different;
    return different;
  }
}
