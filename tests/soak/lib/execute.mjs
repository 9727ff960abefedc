// Programs that do the work of a soak.
import { spawn } from 'node:child_process';

const KEPT_CHARACTERS = 20_000;

// Runs the program to its end. The last part of what it wrote; rejects with that when it fails.
export function execute(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece) => {
        text = (text + piece).slice(-KEPT_CHARACTERS);
      });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(text);
      else reject(new Error(`${program} ${args.join(' ')}: exit ${code ?? signal}\n${text}`));
    });
  });
}
