// What befalls the daemons of a cluster at random: kill -9, stopped for seconds, cut off for seconds.
import { setTimeout as sleep } from 'node:timers/promises';

import { Way } from './network.mjs';

// MariaDB and Redis, on which the ID servers and trackers stand, take longer to come back.
const BACKING = ['mariadb', 'redis'];
const ONE_IS_BACKING_IN = 40;
const LONGEST_PAUSE_MS = 2000; // between two strikes
const LONGEST_S = 4; // a stop, or a cut
const KINDS = ['kill', 'kill', 'stop', 'cut'];

export class Strikes {
  // `network`: undefined where there can be none; then nothing is cut.
  constructor(stack, network, random) {
    this.stack = stack;
    this.network = network;
    this.random = random;
    this.daemons = Object.keys({ ...stack.trackers, ...stack.id_servers, ...stack.storages });
    this.totals = { kills: 0, stops: 0, cuts: 0 };
    this.ending = new Map(); // "stop storaged-1a" -> what ends it
  }

  get count() {
    return this.totals.kills + this.totals.stops + this.totals.cuts;
  }

  // One after the other, until `enough()`; then all are well again.
  async run(enough) {
    try {
      while (!enough()) {
        await sleep(this.random.below(LONGEST_PAUSE_MS));
        await this.strike();
      }
    } finally {
      for (const { timer, end } of [...this.ending.values()]) {
        clearTimeout(timer);
        await end();
      }
    }
  }

  async strike() {
    const kind = this.random.pick(KINDS);
    if (kind === 'kill' || (kind === 'cut' && !this.network)) return this.kill();
    const service = this.random.pick(this.daemons);
    const name = `${kind} ${service}`;
    if (this.ending.has(name)) return undefined;
    const end = kind === 'stop' ? await this.stop(service) : await this.cut(service);
    if (!end) return undefined;
    const ended = async () => {
      this.ending.delete(name);
      await end();
    };
    const timer = setTimeout(() => ended().catch(() => {}), this.random.below(LONGEST_S * 1000));
    this.ending.set(name, { timer, end: ended });
    return undefined;
  }

  async kill() {
    const backing = this.random.below(ONE_IS_BACKING_IN) === 0;
    const pid = await this.stack.pid(this.random.pick(backing ? BACKING : this.daemons));
    if (pid !== null && signal(pid, 'SIGKILL')) this.totals.kills += 1;
  }

  async stop(service) {
    const pid = await this.stack.pid(service);
    if (pid === null || !signal(pid, 'SIGSTOP')) return undefined;
    this.totals.stops += 1;
    return () => signal(pid, 'SIGCONT');
  }

  // From everybody or from one other daemon, in both directions or in one.
  async cut(service) {
    const others = this.daemons.filter((name) => name !== service);
    const from = this.random.below(2) === 0 ? undefined : this.random.pick(others);
    await this.network.cut(service, { way: this.random.pick(Object.values(Way)), from });
    this.totals.cuts += 1;
    return () => this.network.heal(service);
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false; // it ended meanwhile
  }
}
