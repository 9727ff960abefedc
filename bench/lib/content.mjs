// The large test file: random, so that nothing can be compressed or found sparse.
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';

import { run } from '../../tests/integration/lib/process.mjs';

export const LARGE_BYTES = 2 ** 30;
export const MEDIUM_BYTES = 2 ** 20;

export async function makeLarge(file) {
  await run('sh', ['-c', 'head -c "$1" /dev/urandom > "$0"', file, String(LARGE_BYTES)]);
}

// Changes the first bytes, so that no store has seen this content before. Syncs them, so that the
// measurement that follows does not pay for it.
export async function freshen(file) {
  const handle = await open(file, 'r+');
  await handle.write(randomBytes(64), 0, 64, 0);
  await handle.sync();
  await handle.close();
}
