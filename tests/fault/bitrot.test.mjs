// 300 faults in what a storage has on its disk, half of them under its feet: all are found, no
// damaged byte is served, and what was not hit is served.
//
// YUNDISK_BITROT: how many (default 300). YUNDISK_SEED: plays a run again.
import { test } from 'node:test';

import { playBitRot } from './lib/bitrot_round.mjs';
import { Random, seed } from './lib/random.mjs';

const FAULTS = Number(process.env.YUNDISK_BITROT ?? 300);

test(`${FAULTS} faults on the disk of a storage (seed ${seed})`, { timeout: 240_000 }, async (t) => {
  const totals = await playBitRot(new Random(), FAULTS);
  t.diagnostic(JSON.stringify(totals));
});
