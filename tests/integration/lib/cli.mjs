// yundisk-cli as tests use it: what it printed and how it exited.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';

export const Exit = { done: 0, other: 1, usage: 2, not_found: 3, unavailable: 4, refused: 5 };

export class Cli {
  // `stack`: whose program it is; `options` come before those of every call.
  constructor(stack, options = ['--config', stack.configuration]) {
    this.program = path.join(stack.binaries, 'yundisk-cli');
    this.options = options;
  }

  // The running program.
  start(...args) {
    return spawn(this.program, [...this.options, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  // { code, out (bytes), errors (text) }
  run(...args) {
    const child = this.start(...args);
    return new Promise((resolve, reject) => {
      const out = [];
      const errors = [];
      child.stdout.on('data', (piece) => out.push(piece));
      child.stderr.on('data', (piece) => errors.push(piece));
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ code, out: Buffer.concat(out), errors: Buffer.concat(errors).toString() }),
      );
    });
  }

  // What it printed; the exit code must be 0.
  async succeeds(...args) {
    const { code, out, errors } = await this.run(...args);
    assert.equal(code, Exit.done, `${args.join(' ')}: ${errors}`);
    return out;
  }
  async text(...args) {
    return String(await this.succeeds(...args)).trim();
  }
  async json(...args) {
    return JSON.parse(await this.succeeds('--json', ...args));
  }

  async fails(code, ...args) {
    const result = await this.run(...args);
    assert.equal(result.code, code, `${args.join(' ')}: ${result.errors || result.out}`);
    assert.match(result.errors, /\S/, 'a failure says why');
  }
}
