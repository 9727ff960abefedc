// The power fails under load: everything is killed, what was not synced is lost, and yundisk is
// started on what is left. What was answered 2xx must be there, whole.
//
// The negative controls run the same with one promise of durability taken away: the storage's disk
// lies about fsync, or MariaDB may commit without syncing. They must lose something; a test that
// cannot fail would prove nothing.
//
// YUNDISK_POWERCUTS: how many (default 4). YUNDISK_SEED: plays a run again.
import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';

import { audit } from '../integration/lib/audit.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { startStack } from '../integration/lib/stack.mjs';
import { Load } from './lib/load.mjs';
import { LoopDisk, whyNoLoopDisk } from './lib/loop_disk.mjs';
import { Random, seed } from './lib/random.mjs';

const CUTS = Number(process.env.YUNDISK_POWERCUTS ?? 4);
const SHORTEST_LOAD_MS = 500;
const LONGEST_LOAD_MS = 2500;
const FEWEST_PROMISES = 50;
const CONTROL_ATTEMPTS = 5;

const skip = await whyNoLoopDisk();

async function onLoopDisk(use) {
  const disk = await LoopDisk.make();
  let stack;
  try {
    stack = await startStack({ home: path.join(disk.mount_point, 'h') });
    await use(stack, () => disk.cutPower(path.join(stack.binaries, 'ext4_shutdown')));
  } catch (error) {
    // The disk goes, and the logs on it.
    error.message += await stack?.logTails();
    throw error;
  } finally {
    await stack?.stop().catch(() => {});
    await disk.destroy();
  }
}

async function loadFor(stack, random) {
  const load = new Load(await signUp(stack.url), random);
  load.start();
  await sleep(random.between(SHORTEST_LOAD_MS, LONGEST_LOAD_MS));
  return load;
}

test(
  `${CUTS} power cuts lose nothing promised (seed ${seed})`,
  { skip, timeout: 600_000 },
  async (t) => {
    await onLoopDisk(async (stack, cutPower) => {
      const random = new Random();
      const loads = [];
      for (let cut = 0; cut < CUTS; ++cut) {
        const load = await loadFor(stack, random);
        const cutting = cutPower();
        await load.stop();
        await cutting;
        await stack.up();
        loads.push(load);
        for (const each of loads) await each.check(`after power cut ${cut + 1}`);
        await audit(stack);
        t.diagnostic(`power cut ${cut + 1}: ${load.promised} promises kept`);
        assert.ok(load.promised >= FEWEST_PROMISES, `only ${load.promised} uploads before the cut`);
      }
    });
  },
);

// name -> how the promise is taken away
const controls = {
  async 'a disk that lies to storaged'(stack) {
    const library = path.join(stack.binaries, 'no_sync.so');
    await appendFile(stack.secrets_file, `LD_PRELOAD=${library}\nNO_SYNC_PROGRAM=storaged\n`);
    await stack.restart('storaged');
  },
  // Its redo log bypasses the page cache where the disk allows it, so a disk that lies about fsync
  // would cost it little; this setting keeps commits in the process for up to a second.
  async 'a MariaDB that commits without syncing'(stack) {
    const file = path.join(stack.home, 'mariadb.cnf');
    const honest = 'innodb_flush_log_at_trx_commit = 1';
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(honest));
    await writeFile(file, text.replace(honest, 'innodb_flush_log_at_trx_commit = 0'));
    await stack.restart('mariadb');
  },
};

for (const [name, takeAway] of Object.entries(controls)) {
  test(`negative control: ${name} is found out`, { skip, timeout: 300_000 }, async (t) => {
    await onLoopDisk(async (stack, cutPower) => {
      const random = new Random();
      let found = [];
      for (let attempt = 0; found.length === 0 && attempt < CONTROL_ATTEMPTS; ++attempt) {
        await takeAway(stack);
        const load = await loadFor(stack, random);
        const cutting = cutPower();
        await load.stop();
        await cutting;
        await stack.up();
        found = await load.differences();
        t.diagnostic(`${found.length} of ${load.promised} promises broken`);
      }
      assert.ok(found.length > 0, 'nothing was lost although nothing was synced');
    });
  });
}
