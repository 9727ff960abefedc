// kill -9 of any process at any moment under load: what was answered 2xx is there, whole, then and
// after a full restart.
//
// YUNDISK_KILLS: how many (default 40). YUNDISK_SEED: plays a run again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, test } from 'node:test';

import { audit } from '../integration/lib/audit.mjs';
import { collectEverything } from '../integration/lib/collector.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { until } from '../integration/lib/process.mjs';
import { startStack } from '../integration/lib/stack.mjs';
import { whole } from './lib/health.mjs';
import { Load } from './lib/load.mjs';
import { Random, seed } from './lib/random.mjs';

const KILLS = Number(process.env.YUNDISK_KILLS ?? 40);
const LONGEST_PAUSE_MS = 900;
const FEWEST_PROMISES_PER_KILL = 2;
const ENDPOINTS = ['account', 'files', 'upload', 'download', 'admin'];
const SERVICES = [
  ...ENDPOINTS,
  'storaged',
  'trackerd',
  'idserverd',
  'mariadb',
  'redis',
  'nginx',
];

const stack = await startStack();
after(() => stack.destroy());

test(`${KILLS} kills under load (seed ${seed})`, { timeout: 300_000 }, async (t) => {
  const random = new Random();
  const load = new Load(await signUp(stack.url), random);
  load.start();
  const killed = {};
  for (let kill = 0; kill < KILLS; ++kill) {
    await sleep(random.below(LONGEST_PAUSE_MS));
    // Every service gets its turn; beyond that, chance.
    const service = kill < SERVICES.length ? SERVICES[kill] : random.pick(SERVICES);
    if (await killSome(service, random)) killed[service] = (killed[service] ?? 0) + 1;
  }
  await sleep(LONGEST_PAUSE_MS);
  await load.stop();
  t.diagnostic(
    `killed ${JSON.stringify(killed)}: ${load.promised} promises, ${load.broken} requests broken`,
  );
  await whole(stack);
  await load.check('after the kills');
  await audit(stack);
  await stack.stop();
  await stack.up();
  await load.check('after a full restart');
  assert.ok(
    load.promised > KILLS * FEWEST_PROMISES_PER_KILL,
    `only ${load.promised} uploads got through`,
  );
});

// One process of the service, its first or one that it started; false when none runs just now.
async function killSome(service, random) {
  const pids = await stack.pids(service);
  if (pids.length === 0) return false;
  try {
    process.kill(random.pick(pids), 'SIGKILL');
    return true;
  } catch {
    return false; // it ended on its own meanwhile
  }
}

test('what a killed first process leaves behind is not in the way of the next', async () => {
  for (const service of ENDPOINTS) {
    const first = await stack.pid(service);
    process.kill(first, 'SIGKILL');
    await until(`${service} is started again`, async () => {
      const now = await stack.pid(service);
      return now !== null && now !== first;
    });
    await whole(stack);
  }
  const logs = await Promise.all(
    ENDPOINTS.map((name) => readFile(path.join(stack.logs, name, 'current'), 'utf8')),
  );
  // spawn-fcgi's words when somebody else still listens on the socket.
  for (const log of logs) assert.doesNotMatch(log, /already in use/);
});

test('no object is left that nobody has', async (t) => {
  const counts = await collectEverything(stack);
  t.diagnostic(`${counts.objects} objects in the storage, each somebody's`);
  await audit(stack);
});

test('after the load everything answers and one more upload works', async () => {
  await whole(stack);
  const disk = await signUp(stack.url);
  assert.equal((await disk.put('/after', 'content')).status, 201);
  assert.equal((await disk.get('/after')).text, 'content');
});
