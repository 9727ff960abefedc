// The power fails under load: everything is killed, what was not synced is lost, and yundisk is
// started on what is left. What was answered 2xx must be there, whole.
//
// The negative controls run the same with a disk that lies to one program about fsync. They must
// lose something; a test that cannot fail would prove nothing.
//
// YUNDISK_POWERCUTS: how many (default 4). YUNDISK_SEED: plays a run again.
import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
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
const CONTROL_ATTEMPTS = 3;

const skip = await whyNoLoopDisk();

async function onLoopDisk(use) {
  const disk = await LoopDisk.make();
  let stack;
  try {
    stack = await startStack({ home: path.join(disk.mount_point, 'h') });
    await use(stack, () => disk.cutPower(path.join(stack.binaries, 'ext4_shutdown')));
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

for (const program of ['storaged', 'mariadbd']) {
  test(
    `negative control: a disk that lies to ${program} is found out`,
    { skip, timeout: 300_000 },
    async (t) => {
      await onLoopDisk(async (stack, cutPower) => {
        const random = new Random();
        const library = path.join(stack.binaries, 'no_sync.so');
        await appendFile(stack.secrets_file, `LD_PRELOAD=${library}\nNO_SYNC_PROGRAM=${program}\n`);
        await stack.restart(program === 'mariadbd' ? 'mariadb' : program);
        for (let attempt = 0; attempt < CONTROL_ATTEMPTS; ++attempt) {
          const load = await loadFor(stack, random);
          const cutting = cutPower();
          await load.stop();
          await cutting;
          const harm = await harmDone(stack, load);
          if (harm) {
            t.diagnostic(harm);
            return;
          }
        }
        assert.fail('nothing was lost although nothing was synced');
      });
    },
  );
}

// What the lie cost: a sentence; undefined when nothing was lost.
async function harmDone(stack, load) {
  try {
    await stack.up();
  } catch (error) {
    return `it does not start: ${error.message.split('\n').at(-1)}`;
  }
  try {
    const found = await load.differences();
    return found.length > 0 ? `${found.length} of ${load.promised} promises broken` : undefined;
  } catch (error) {
    return `it does not answer: ${error.message}`;
  }
}
