// Child processes: run to the end, or in the background until stopped. Nothing here waits without
// a deadline.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_GRACE_MS = 10_000;

// Runs a program to its end and returns its standard output; throws with its standard error when it
// fails or outlives `timeout_ms`.
export async function run(program, args, { timeout_ms = 120_000, ...options } = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout_ms);
  const { code, signal } = await ended(child);
  clearTimeout(timer);
  if (code !== 0) {
    const last = (await errors).trim().split('\n').slice(-5).join('\n');
    throw new Error(`${program} ${args.join(' ')}: exit ${code ?? signal}\n${last}`);
  }
  return output;
}

// A program in the background. stop() sends SIGTERM, later SIGKILL, and resolves when it is gone.
export function background(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  const end = ended(child);
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await end;
      clearTimeout(timer);
    },
  };
}

// Calls `ready` until what it returns is true and returns that; throws after `timeout_ms` naming
// `what`.
export async function until(what, ready, timeout_ms = 10_000) {
  const end = Date.now() + timeout_ms;
  for (;;) {
    const result = await ready();
    if (result) return result;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout_ms} ms`);
    await sleep(50);
  }
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

async function collect(stream) {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  return text;
}
