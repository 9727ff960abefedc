// Resident memory of our own processes (not MariaDB, Redis and nginx) while something happens.
import { readFile } from 'node:fs/promises';

const OURS = [
  'trackerd',
  'idserverd',
  'storaged',
  'account',
  'files',
  'upload',
  'download',
  'admin',
];
const INTERVAL_MS = 200;

export class MemoryWatch {
  static async start(stack) {
    const watch = new MemoryWatch(stack);
    await watch.sample();
    watch.timer = setInterval(() => watch.sample().catch(() => {}), INTERVAL_MS);
    return watch;
  }

  constructor(stack) {
    this.stack = stack;
    this.peaks = new Map();
  }

  async sample() {
    for (const service of OURS) {
      for (const pid of await this.stack.pids(service)) await this.note(service, pid);
    }
  }

  async note(service, pid) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const resident = Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1] ?? 0) * 1024;
    this.peaks.set(service, Math.max(this.peaks.get(service) ?? 0, resident));
  }

  // [service, most bytes resident in one of its processes]
  async stop() {
    clearInterval(this.timer);
    await this.sample();
    return [...this.peaks];
  }
}
