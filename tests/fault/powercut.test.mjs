// The power fails under storaged while it is used over the binary protocol. The work is done by
// storage_powercut; the negative controls run it on a disk that lies about syncs, and must lose
// something.
//
// YUNDISK_STORAGE_POWERCUTS: how many (default 150), spread over a few disks at once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { freePort } from '../integration/lib/ports.mjs';
import { scratchFolder } from '../integration/lib/stack.mjs';
import { whyNoLoopDisk } from './lib/loop_disk.mjs';
import { binaries } from './lib/storage_process.mjs';

const CUTS = Number(process.env.YUNDISK_STORAGE_POWERCUTS ?? 150);
const DISKS = 3;
const CONTROL_CUTS = 15;
const TIMEOUT_MS = 600_000; // a busy disk takes long to be unmounted and mounted
const skip = await whyNoLoopDisk();

// { code, output } of storage_powercut on a disk of its own.
async function cutPower(cuts, preload) {
  const work = await mkdtemp(path.join(scratchFolder(), 'ysp-'));
  const parameters = ['--storaged', path.join(binaries, 'storaged'), '--work', work];
  parameters.push('--rounds', String(cuts), '--port', String(await freePort()));
  if (preload) parameters.push('--preload', path.join(binaries, preload));
  const child = spawn(path.join(binaries, 'storage_powercut'), parameters, { timeout: TIMEOUT_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece) => {
      output += piece;
    });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  await rm(work, { recursive: true, force: true });
  return { code, output };
}

test(`${CUTS} power cuts lose nothing acknowledged`, { skip, timeout: 620_000 }, async () => {
  const each = Math.ceil(CUTS / DISKS);
  const runs = await Promise.all(Array.from({ length: DISKS }, () => cutPower(each)));
  for (const { code, output } of runs) assert.equal(code, 0, output);
});

for (const liar of ['no_sync.so', 'no_folder_sync.so']) {
  test(`the same with ${liar} loses something`, { skip, timeout: 620_000 }, async () => {
    const { code, output } = await cutPower(CONTROL_CUTS, liar);
    assert.equal(code, 1, output);
    assert.match(output, /after \d+ power cuts:/);
  });
}
