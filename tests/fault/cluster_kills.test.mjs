// kill -9, SIGSTOP and network cuts of any daemon of a cluster at any moment under load: what was
// acknowledged over the binary protocol is on every member of its group, whole, and again after a full
// restart. The soak `kills` is the same for hours.
//
// YUNDISK_STRIKES: how many (default 40). YUNDISK_SEED: plays a run again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { underFire } from './lib/cluster_under_fire.mjs';
import { Random, seed } from './lib/random.mjs';

const STRIKES = Number(process.env.YUNDISK_STRIKES ?? 40);
const UPLOADS_PER_S = 400;
const FEWEST_PER_STRIKE = 10;

test(
  `${STRIKES} kills, stops and cuts of a cluster (seed ${seed})`,
  { timeout: 400_000 },
  async (t) => {
    const totals = {};
    await underFire({
      random: new Random(),
      uploads_per_s: UPLOADS_PER_S,
      enough: ({ strikes }) => strikes.count >= STRIKES,
      progress: (more) => {
        for (const [name, value] of Object.entries(more))
          totals[name] = (totals[name] ?? 0) + value;
      },
      say: (line) => t.diagnostic(line),
    });
    t.diagnostic(JSON.stringify(totals));
    const acknowledged = totals['uploads acknowledged'];
    assert.ok(
      acknowledged > STRIKES * FEWEST_PER_STRIKE,
      `only ${acknowledged} uploads got through`,
    );
  },
);
