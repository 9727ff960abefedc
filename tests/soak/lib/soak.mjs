// What all soak programs share: `--seconds N [--seed S]`, rare signs of life, totals as last lines, exit
// code 1 on any loss. ^C, or SIGTERM, ends the time: what is under way is finished and compared.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const PROGRESS_MS = 60_000;
const WORKER = 'YUNDISK_SOAK_WORKER';

export class Soak {
  // `more`: further options, as parseArgs wants them.
  constructor(name, more = {}) {
    const { values } = parseArgs({
      options: { seconds: { type: 'string' }, seed: { type: 'string' }, ...more },
    });
    if (!/^[1-9]\d*$/.test(values.seconds ?? '')) {
      console.error(`usage: tests/soak/${name} --seconds N [--seed S]`);
      process.exit(2);
    }
    this.name = name;
    this.values = values;
    this.seed = Number(values.seed ?? randomInt(2 ** 31));
    this.totals = {};
    this.begin();
  }

  // The time counts from here, once what has to be built is there.
  begin() {
    this.start = Date.now();
    this.end = this.start + Number(this.values.seconds) * 1000;
  }

  get left_ms() {
    return this.end - Date.now();
  }
  get left_s() {
    return Math.max(1, Math.round(this.left_ms / 1000));
  }

  add(more) {
    for (const [name, value] of Object.entries(more))
      this.totals[name] = (this.totals[name] ?? 0) + value;
  }

  // Runs `work(soak)`; ends the process.
  async run(work) {
    if (!process.env[WORKER]) return supervise();
    console.log(`${this.name}: seed ${this.seed}, ${this.left_s} s`);
    process.on('SIGTERM', () => {
      console.log(`${this.name}: ending; what is under way is finished and compared first`);
      this.end = Date.now();
      this.begin = () => {};
    });
    const timer = setInterval(() => this.show(), PROGRESS_MS);
    try {
      await work(this);
      clearInterval(timer);
      this.show();
      console.log(`${this.name}: 0 lost`);
      return process.exit(0);
    } catch (error) {
      clearInterval(timer);
      this.show();
      console.log(`${this.name}: FAILED; again with --seed ${this.seed}\n${error.stack}`);
      return process.exit(1);
    }
  }

  // Several at a time, each with a number of its own, until the time is over. The first failure ends
  // all.
  async repeat(workers, round) {
    let number = 0;
    let failed = false;
    const work = async (worker) => {
      while (!failed && this.left_ms > 0) {
        const mine = number++;
        try {
          await round(mine, worker);
        } catch (error) {
          failed = true;
          throw new Error(`round ${mine}: ${error.message}`, { cause: error });
        }
      }
    };
    const results = await Promise.allSettled(Array.from({ length: workers }, (_, i) => work(i)));
    const rejected = results.find(({ status }) => status === 'rejected');
    if (rejected) throw rejected.reason;
  }

  show() {
    const passed = Math.round((Date.now() - this.start) / 1000);
    const totals = Object.entries(this.totals).map(([name, value]) => `${value} ${name}`);
    console.log(`${this.name}: after ${passed} s: ${totals.join(', ') || 'nothing yet'}`);
  }
}

// Runs this program again in a session of its own, where ^C does not reach what it starts, and ends as
// that one does.
function supervise() {
  const worker = spawn(process.execPath, process.argv.slice(1), {
    detached: true,
    stdio: 'inherit',
    env: { ...process.env, [WORKER]: 'yes' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => worker.kill('SIGTERM'));
  worker.on('close', (code) => process.exit(code ?? 1));
  return new Promise(() => {});
}
