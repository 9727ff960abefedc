// Ends and stops processes of a stack at random.
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const CORE = /^(storaged|trackerd|idserverd)/;
const BACKING = /^(mariadb|redis)$/;
const LONGEST_PAUSE_MS = 700;
const LONGEST_STOP_MS = 1500;
// One in so many hits what the core stands on, which takes longer to come back.
const BACKING_CHANCES = 25;

export class Kills {
  constructor(stack, random) {
    this.stack = stack;
    this.random = random;
    this.stopped = new Set(); // pids
  }

  // Until the soak's time is over.
  async run(soak, load) {
    const services = await readdir(this.stack.services);
    const core = services.filter((name) => CORE.test(name));
    const backing = services.filter((name) => BACKING.test(name));
    let before = { acknowledged: 0, broken: 0 };
    while (soak.left_ms > 0) {
      await sleep(this.random.below(LONGEST_PAUSE_MS));
      const hits_backing = this.random.below(BACKING_CHANCES) === 0;
      soak.add(await this.strike(this.random.pick(hits_backing ? backing : core)));
      const { acknowledged, broken } = load;
      soak.add({
        'uploads acknowledged': acknowledged - before.acknowledged,
        'requests broken': broken - before.broken,
      });
      before = { acknowledged, broken };
      load.throwIfLost();
    }
  }

  async strike(service) {
    const pid = await this.stack.pid(service).catch(() => null);
    if (pid === null || this.stopped.has(pid)) return {};
    if (this.random.below(4) !== 0) return signal(pid, 'SIGKILL') ? { kills: 1 } : {};
    if (!signal(pid, 'SIGSTOP')) return {};
    this.stopped.add(pid);
    setTimeout(() => this.wake(pid), this.random.below(LONGEST_STOP_MS));
    return { stops: 1 };
  }

  wake(pid) {
    this.stopped.delete(pid);
    signal(pid, 'SIGCONT');
  }
  wakeAll() {
    for (const pid of this.stopped) this.wake(pid);
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
