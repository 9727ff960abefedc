// Programs a test starts and has to end again, and waiting for what they do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const KILL_AFTER_MS = 5000;

export class Processes {
  #children = [];

  start(program, args, { env = process.env, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
    const child = spawn(program, args, { env, stdio });
    child.output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => { child.output += data; });
    this.#children.push(child);
    return child;
  }

  async end(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    await once(child, 'exit');
    clearTimeout(timer);
  }

  // In the opposite order of their start.
  async endAll() {
    for (const child of this.#children.reverse()) await this.end(child);
    this.#children = [];
  }
}

// until(what, fn): the first truthy answer of fn, asked again and again.
export async function until(what, answer, timeoutMs = 20000) {
  const end = Date.now() + timeoutMs;
  let last;
  while (Date.now() < end) {
    last = await answer();
    if (last) return last;
    await sleep(50);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}`);
}
