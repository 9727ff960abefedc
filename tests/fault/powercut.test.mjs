// The power fails under storaged while it is used over the binary protocol. The work is done by
// storage_powercut; the negative controls run it on a disk that lies about syncs, and must lose
// something.
//
// YUNDISK_STORAGE_POWERCUTS: how many (default 25).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { whyNoLoopDisk } from './lib/loop_disk.mjs';

const CUTS = Number(process.env.YUNDISK_STORAGE_POWERCUTS ?? 25);
const CONTROL_CUTS = 15;
const checkout = path.resolve(import.meta.dirname, '../..');
const binaries =
  process.env.YUNDISK_BIN ??
  path.join(process.env.YUNDISK_BUILD ?? path.join(checkout, 'build/release'), 'bin');
const skip = await whyNoLoopDisk();

function cutPower(cuts, preload) {
  const work = mkdtempSync(path.join(tmpdir(), 'ysp-'));
  const parameters = ['--storaged', path.join(binaries, 'storaged'), '--work', work];
  parameters.push('--rounds', String(cuts));
  if (preload) parameters.push('--preload', path.join(binaries, preload));
  const program = path.join(binaries, 'storage_powercut');
  const run = spawnSync(program, parameters, { encoding: 'utf8', timeout: 300_000 });
  rmSync(work, { recursive: true, force: true });
  assert.equal(run.error, undefined);
  return run;
}

test(`${CUTS} power cuts lose nothing acknowledged`, { skip, timeout: 320_000 }, () => {
  const run = cutPower(CUTS);
  assert.equal(run.status, 0, run.stdout + run.stderr);
});

for (const liar of ['no_sync.so', 'no_folder_sync.so']) {
  test(`the same with ${liar} loses something`, { skip, timeout: 320_000 }, () => {
    const run = cutPower(CONTROL_CUTS, liar);
    assert.equal(run.status, 1, run.stdout + run.stderr);
    assert.match(run.stdout, /after \d+ power cuts:/);
  });
}
