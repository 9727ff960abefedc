// What operators ask of a running cluster, and what it does for them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Cli, Exit } from '../integration/lib/cli.mjs';
import { until } from '../integration/lib/process.mjs';
import { FOUR, allActive, killForGood, revive, startCluster } from './lib/cluster.mjs';
import { dataFolder, membersOf, readFrom } from './lib/members.mjs';

const SMALL_BYTES = 5000; // lies in a volume
const LARGE_BYTES = 300_000; // a file of its own
const MENDED_MS = 60_000;

const { stack, scratch } = await startCluster();
// Group 2 goes on without one of its members.
const toml = await readFile(stack.configuration, 'utf8');
await writeFile(stack.configuration, toml.replace(/^group = "2"$/gm, '$&\nmin_replicas = 1'));
await stack.up();
await allActive(stack, FOUR);
const cli = new Cli(stack);

const eventually = (what, ready) => until(what, ready, MENDED_MS);
const isWhole = async (id) => (await cli.run('verify', id)).code === Exit.done;

// A new object in the group; { id, content }.
async function upload(group, size = LARGE_BYTES) {
  const content = randomBytes(size);
  const file = path.join(scratch, 'upload');
  await writeFile(file, content);
  const id = await cli.text(
    'upload',
    file,
    '--id',
    `${group}/own-${randomBytes(6).toString('hex')}`,
  );
  return { id, content };
}

// Where a storage keeps a content: a file of its own, or a place in a volume.
async function placeOf(service, content) {
  const folder = await dataFolder(stack, service);
  for (const kind of ['large', 'volumes']) {
    const entries = await readdir(path.join(folder, kind), {
      recursive: true,
      withFileTypes: true,
    });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.path ?? entry.parentPath, entry.name);
      const offset = (await readFile(file)).indexOf(content);
      if (offset >= 0) return { file, offset };
    }
  }
  throw new Error(`${service} has no file with this content`);
}

// Flips a bit in the middle of the storage's copy.
async function rot(service, content) {
  const { file, offset } = await placeOf(service, content);
  const handle = await open(file, 'r+');
  const at = offset + Math.floor(content.length / 2);
  await handle.write(Buffer.from([content[at - offset] ^ 1]), 0, 1, at);
  await handle.close();
}

test('route --udp: one answer has the storages and the other services', async () => {
  await stack.sql(
    "INSERT INTO services (number, address, name, weight) VALUES (30, '10.9.8.7:80', 'live', 5)",
  );
  const told = async () => {
    const route = await cli.json('route', '1/5', '--udp');
    return route.services.some(({ name }) => name === 'live') && route;
  };
  const route = await eventually('the service is told', told);
  assert.equal(route.group, '1');
  assert.deepEqual(
    route.storages.sort(),
    membersOf(stack, '1')
      .map((name) => stack.storages[name])
      .sort(),
  );
  const live = route.services.find(({ name }) => name === 'live');
  assert.deepEqual(live, { name: 'live', number: 30, address: '10.9.8.7:80', weight: 5 });
  assert.match(await cli.text('route', '1/5', '--udp'), /^live +30 +10\.9\.8\.7:80 +5$/m);
  const trackers = route.services.filter(({ name }) => name === 'tracker');
  assert.ok(trackers.every(({ number }) => number === 1));
  assert.deepEqual(
    trackers.map(({ address }) => address).sort(),
    Object.values(stack.trackers).sort(),
  );
  await stack.sql("UPDATE services SET address = '10.9.8.7:81', weight = 6 WHERE number = 30");
  await eventually('the edited row is told', async () => {
    const { services } = await cli.json('route', '1/5', '--udp');
    return services.some(({ address, weight }) => address === '10.9.8.7:81' && weight === 6);
  });
  await cli.fails(Exit.unavailable, 'route', 'nogroup/1', '--udp');
  await cli.fails(Exit.usage, 'route', '1/5', '--report');
});

for (const size of [SMALL_BYTES, LARGE_BYTES])
  test(`verify and stat count healthy copies of ${size} bytes, and tell when they were last read`, () =>
    copiesAreCounted(size));

async function copiesAreCounted(size) {
  const before = Date.now() - 1000;
  const { id, content } = await upload('1', size);
  const verified = await cli.json('verify', id);
  assert.deepEqual([verified.healthy, verified.wanted], [2, 2]);
  assert.ok(Date.parse(verified.verified_at) >= before);
  assert.match(await cli.text('verify', id), /^copies 2 of 2 healthy, all read at /m);
  assert.match(await cli.text('stat', id), /^copies +2 of 2 healthy$/m);
  const { healthy, wanted } = await cli.json('stat', id);
  assert.deepEqual([healthy, wanted], [2, 2]);

  await rot('storaged-1b', content);
  assert.equal((await cli.json('verify', id)).healthy, 2, 'nobody has read it since');
  const { code, out } = await cli.run('--json', 'verify', id, '--reread');
  assert.equal(code, Exit.other);
  const reread = JSON.parse(String(out));
  assert.equal(reread.healthy, 1);
  assert.deepEqual(
    reread.copies.map(({ node, state }) => `${node} ${state}`),
    ['1a healthy', '1b damaged'],
  );
  await eventually('it is mended by itself', () => isWhole(id));
  assert.ok((await readFrom(stack, 'storaged-1b', id)).equals(content));
}

test('a member that is away: fewer copies than wanted, exit 4', async () => {
  const { id } = await upload('1');
  await killForGood(stack, 'storaged-1b');
  const { code, out } = await cli.run('--json', 'verify', id);
  assert.equal(code, Exit.unavailable);
  const { healthy, wanted, copies } = JSON.parse(String(out));
  assert.deepEqual([healthy, wanted], [1, 2]);
  assert.equal(copies.find(({ node }) => node === '1b').state, 'unavailable');
  await cli.fails(Exit.unavailable, 'repair', '--group', '1');
  await revive(stack, 'storaged-1b');
  await allActive(stack, FOUR);
  await eventually('it is in step', () => isWhole(id));
});

test('repair ID brings a damaged or lost copy back at once', async () => {
  const lose = async (service, content) => rm((await placeOf(service, content)).file);
  for (const [size, spoil] of [
    [SMALL_BYTES, rot],
    [LARGE_BYTES, rot],
    [LARGE_BYTES, lose],
  ]) {
    const { id, content } = await upload('1', size);
    await spoil('storaged-1a', content);
    const { healthy, wanted, mended } = await cli.json('repair', id);
    assert.deepEqual([healthy, wanted, mended], [2, 2, 1]);
    assert.ok((await readFrom(stack, 'storaged-1a', id)).equals(content));
    await placeOf('storaged-1a', content);
  }
  await cli.fails(Exit.not_found, 'repair', '1/404404404');
  await cli.fails(Exit.usage, 'repair');
  await cli.fails(Exit.usage, 'repair', '1/5', '--all');
  await cli.fails(Exit.usage, 'repair', '1/5', '--end');
});

test('repair --group reads everything and mends what is damaged, on every member', async () => {
  const objects = [];
  for (let i = 0; i < 6; ++i)
    objects.push(await upload('1', i % 2 === 0 ? LARGE_BYTES : SMALL_BYTES));
  for (const { content } of objects.slice(0, 2)) await rot('storaged-1a', content);
  for (const { content } of objects.slice(2, 5)) await rot('storaged-1b', content);
  const told = await cli.json('repair', '--group', '1');
  assert.deepEqual([told.damaged, told.brought, told.left], [5, 5, 0]);
  assert.deepEqual(
    told.members.map(({ node, state, damaged }) => [node, state, damaged]),
    [
      ['1/1a', 'done', 2],
      ['1/1b', 'done', 3],
    ],
  );
  for (const { id, content } of objects)
    for (const service of membersOf(stack, '1'))
      assert.ok((await readFrom(stack, service, id)).equals(content), `${service} ${id}`);
  assert.match(await cli.text('repair', '--all'), /^2\/2b +done /m);
});

test('what is damaged on every member is left as it is, and told', async () => {
  const { id, content } = await upload('2');
  for (const service of membersOf(stack, '2')) await rot(service, content);
  await cli.fails(Exit.other, 'repair', '--group', '2');
  const { code, out } = await cli.run('--json', 'repair', id);
  assert.equal(code, Exit.other);
  const { healthy, copies } = JSON.parse(String(out));
  assert.equal(healthy, 0);
  assert.ok(copies.every(({ state }) => state === 'damaged'));
  await cli.succeeds('delete', id);
  await cli.succeeds('repair', '--group', '2');
});

// Of each storage, by name: what is told of how far it is behind.
async function behind() {
  const nodes = await cli.json('nodes');
  return Object.fromEntries(nodes.map((node) => [node.name, node]));
}

const nobodyIsBehind = async () =>
  Object.values(await behind()).every(
    ({ behind_changes, behind_seconds }) => behind_changes === 0 && behind_seconds === 0,
  );

test('nodes and monitor tell how far a storage that is away is behind its group', async () => {
  await eventually('nobody is behind', nobodyIsBehind);
  await killForGood(stack, 'storaged-2b');
  const objects = [];
  await eventually('2b is away', async () => (await behind())['2b'].state === 'OFFLINE');
  for (let i = 0; i < 5; ++i) objects.push(await upload('2', SMALL_BYTES));
  const away = (await behind())['2b'];
  assert.equal(away.behind_changes, undefined, 'it cannot tell');
  assert.ok(away.behind_seconds >= 3, `${away.behind_seconds}`);
  await eventually(
    'time goes on',
    async () => (await behind())['2b'].behind_seconds > away.behind_seconds,
  );
  assert.match(await cli.text('nodes'), /^2 +2b .* \? changes, \d+s$/m);
  assert.equal((await behind())['2a'].behind_changes, 0, 'nobody has more');
  await revive(stack, 'storaged-2b');
  for (const { id } of objects) await eventually(`${id} is on both`, () => isWhole(id));
  await eventually('nobody is behind', nobodyIsBehind);
  const { storages } = await cli.json('monitor', '--once');
  assert.deepEqual(
    storages.map(({ name, behind_changes }) => [name, behind_changes]),
    FOUR.map((name) => [name, 0]),
  );
});

test('nodes tells of a storage that cannot bring what it lacks now', async () => {
  const { id, content } = await upload('1');
  await killForGood(stack, 'storaged-1a');
  await rot('storaged-1b', content);
  await cli.fails(Exit.other, 'verify', id, '--reread');
  await eventually('1b lacks one', async () => (await behind())['1b'].behind_changes === 1);
  assert.match(await cli.text('nodes'), /^1 +1b .* 1 change, 0s$/m);
  await revive(stack, 'storaged-1a');
  await eventually('it is mended', () => isWhole(id));
  await eventually('nobody is behind', nobodyIsBehind);
});

test('a storage that lost its disk is filled again', async () => {
  const { id } = await upload('1');
  await killForGood(stack, 'storaged-1b');
  await rm(await dataFolder(stack, 'storaged-1b'), { recursive: true });
  await revive(stack, 'storaged-1b');
  await eventually('it has been filled again', () => isWhole(id));
  await eventually('nobody is behind', nobodyIsBehind);
});

test('groups tells how full they are', async () => {
  await upload('2');
  await eventually('used bytes are told', async () =>
    (await cli.json('groups')).every(({ used_bytes }) => used_bytes >= LARGE_BYTES),
  );
  const groups = await cli.json('groups');
  assert.ok(groups.every(({ free_bytes, used_bytes }) => free_bytes > 0 && used_bytes > 0));
  assert.match(await cli.text('groups'), /^1 .* \d+ %$/m);
});
