// The profile `cluster`: what it starts, that the death of a tracker or an ID server is not noticed, and that it grows and
// shrinks without restarting what runs.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Cli } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { until } from '../integration/lib/process.mjs';
import { launcher } from '../integration/lib/stack.mjs';
import {
  FOUR,
  allActive,
  killForGood,
  pidsOf,
  revive,
  startCluster,
  states,
} from './lib/cluster.mjs';

const SMALL_BYTES = 2000;
const LARGE_BYTES = 300_000; // takes the spool
// Longer than a program goes on with one answer of a tracker (1 s) or one block of ids (64).
const LOAD_MS = 2000;
const LOAD_UPLOADS = 70;
const ENDPOINTS = ['account', 'files', 'upload', 'download', 'admin'];
const OTHER_SERVICES = ['mariadb', 'redis', ...ENDPOINTS, 'nginx'];
const NINE = ['1a', '1b', '1c', '2a', '2b', '2c', '3a', '3b', '3c'];

const { stack, scratch } = await startCluster();
const disk = await signUp(stack.url);
const cli = new Cli(stack);

const everything = () => [
  ...OTHER_SERVICES,
  ...[stack.trackers, stack.id_servers, stack.storages].flatMap(Object.keys),
];

test('two trackers, two ID servers, two groups of two storages', async () => {
  assert.deepEqual(Object.keys(stack.trackers), ['trackerd-1', 'trackerd-2']);
  assert.deepEqual(Object.keys(stack.id_servers), ['idserverd-1', 'idserverd-2']);
  assert.deepEqual(
    Object.keys(stack.storages),
    FOUR.map((node) => `storaged-${node}`),
  );
  await allActive(stack, FOUR);
  const groups = await cli.json('groups');
  assert.deepEqual(
    groups.map(({ name, storages, active }) => [name, storages, active]),
    [
      ['1', 2, 2],
      ['2', 2, 2],
    ],
  );
});

test('status has a line for every instance', async () => {
  const status = await launcher(stack.home, ['status']);
  for (const name of everything())
    assert.match(status, new RegExp(`^${name} +running .* ok$`, 'm'), status);
});

test('every program knows all trackers and ID servers', async () => {
  const toml = await readFile(stack.configuration, 'utf8');
  const list = (addresses) =>
    `[${Object.values(addresses)
      .map((a) => `"${a}"`)
      .join(', ')}]`;
  assert.ok(toml.includes(`\ntrackers = ${list(stack.trackers)}\n`));
  assert.ok(toml.includes(`\nid_servers = ${list(stack.id_servers)}\n`));
});

for (const service of [...Object.keys(stack.trackers), ...Object.keys(stack.id_servers)]) {
  test(`kill -9 of ${service}: uploads go on through HTTP and the command line`, async () => {
    const file = path.join(scratch, 'file');
    await writeFile(file, randomBytes(LARGE_BYTES));
    const load = startLoad(service);
    await load.some(2, 0);
    await killForGood(stack, service);
    try {
      await load.some(LOAD_UPLOADS, LOAD_MS);
      for (let i = 0; i < 3; ++i) assert.match(await cli.text('upload', file), /^[12]\/\d+$/);
      assert.deepEqual(await load.stop(), []);
    } finally {
      await load.stop();
      await revive(stack, service);
    }
    await allActive(stack, FOUR);
  });
}

// Uploads, small and large, one after the other. stop() tells what failed.
function startLoad(name) {
  const failures = [];
  let count = 0;
  let running = true;
  let counted = () => {};
  const work = async () => {
    for (; running; ++count, counted()) {
      const content = randomBytes(count % 3 === 0 ? LARGE_BYTES : SMALL_BYTES);
      const reply = await disk.put(`/${name}/${count}`, content);
      if (reply.status !== 201) failures.push(`${reply.status} ${reply.text}`);
    }
  };
  const done = work()
    .catch((error) => failures.push(String(error)))
    .finally(() => counted());
  return {
    // Waits until this many more have been answered, and this time is over.
    async some(more, at_least_ms) {
      const end = count + more;
      const time = Date.now() + at_least_ms;
      while ((count < end || Date.now() < time) && failures.length === 0)
        await new Promise((resolve) => {
          counted = resolve;
        });
    },
    async stop() {
      running = false;
      await done;
      return failures;
    },
  };
}

test('restart of one storage leaves the others alone', async () => {
  const before = await pidsOf(stack, everything());
  await stack.restart('storaged-1a');
  const now = await pidsOf(stack, everything());
  assert.notEqual(now['storaged-1a'], before['storaged-1a']);
  assert.deepEqual({ ...now, 'storaged-1a': 0 }, { ...before, 'storaged-1a': 0 });
});

// Puts a line into a table of yundisk.toml, which it makes if need be; tells which services `up` then starts anew.
async function restartedBy(table, line) {
  const services = everything();
  const before = await pidsOf(stack, services);
  const toml = await readFile(stack.configuration, 'utf8');
  const head = `\n[${table}]\n`;
  const whole = toml.includes(head) ? toml : toml + head;
  await writeFile(stack.configuration, whole.replace(head, `${head}${line}\n`));
  await stack.up();
  const now = await pidsOf(stack, services);
  return services.filter((name) => now[name] !== before[name]);
}

for (const [table, daemons] of [
  ['tracker', stack.trackers],
  ['id_server', stack.id_servers],
  ['storage', stack.storages],
])
  test(`a change of [${table}] restarts one daemon after the other, and uploads go on`, async () => {
    const load = startLoad(`change-${table}`);
    try {
      await load.some(2, 0);
      assert.deepEqual(await restartedBy(table, 'idle_timeout_s = 601'), Object.keys(daemons));
    } finally {
      assert.deepEqual(await load.stop(), []);
    }
  });

test('a change of [web] restarts the endpoints', async () => {
  assert.deepEqual(await restartedBy('web', 'session_ttl_s = 2592001'), ENDPOINTS);
});

test('storages and a group are added while everything runs on', async () => {
  const services = everything();
  const before = await pidsOf(stack, services);
  await stack.up('--groups', '3', '--replicas', '3');
  await allActive(stack, NINE);
  assert.deepEqual(await pidsOf(stack, services), before);
  assert.match(await stack.up(), /Everything is up to date/);
});

test('a storage whose table is taken out ends, and nothing else', async () => {
  const services = everything();
  const before = await pidsOf(stack, services);
  const toml = await readFile(stack.configuration, 'utf8');
  const start = toml.indexOf('\n[storage.3c]');
  const end = toml.indexOf('\n[', start + 1);
  await writeFile(stack.configuration, toml.slice(0, start) + (end < 0 ? '' : toml.slice(end)));
  await stack.up();
  assert.deepEqual(await pidsOf(stack, services), before);
  const status = await launcher(stack.home, ['status']);
  assert.ok(!status.includes('storaged-3c') && status.includes('storaged-3b'), status);
  await stack.up('--groups', '3');
  assert.deepEqual(await pidsOf(stack, ['storaged-3c']).catch(() => 'gone'), 'gone');
  await until('3c is no longer ACTIVE', async () =>
    (await states(stack, 'trackerd-1')).some(
      ([name, state]) => name === '3c' && state !== 'ACTIVE',
    ),
  );
});

test('what would hide data is refused', async () => {
  await assert.rejects(stack.up('--profile', 'single'), /has the profile cluster/);
  await assert.rejects(stack.up('--groups', '1'), /fewer would hide/);
  await assert.rejects(stack.up('--replicas', '0'), /it can be: 1 to 16/);
  await assert.rejects(stack.up('--replicas', '17'), /it can be: 1 to 16/);
});
