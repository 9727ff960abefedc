// One storage filled, damaged while it runs, damaged again while it is stopped, and thrown away.
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { scratchFolder } from '../../integration/lib/stack.mjs';
import { BitRot, SETTINGS } from './bitrot.mjs';
import { StorageProcess } from './storage_process.mjs';

const OBJECTS = { small: 2500, large: 300 };

// The totals; throws when something was lost, missed or served damaged.
export async function playBitRot(random, faults) {
  const folder = await mkdtemp(path.join(scratchFolder(), 'yb-'));
  const storage = await StorageProcess.make(folder, SETTINGS);
  try {
    await storage.start();
    const rot = new BitRot([storage], random);
    await rot.fill(OBJECTS);
    await rot.damage(storage, Math.ceil(faults / 2), { stopped: false });
    await rot.damage(storage, Math.floor(faults / 2), { stopped: true });
    await storage.stop();
    return rot.totals;
  } finally {
    await storage.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
