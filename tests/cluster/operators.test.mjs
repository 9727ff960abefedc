// What operators ask of a running cluster, and what it does for them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';

import { Cli, Exit } from '../integration/lib/cli.mjs';
import { until } from '../integration/lib/process.mjs';
import { scratchFolder, startStack } from '../integration/lib/stack.mjs';
import { allActive, killForGood, revive } from './lib/cluster.mjs';
import { dataFolder, membersOf, readFrom } from './lib/members.mjs';

const FOUR = ['1a', '1b', '2a', '2b'];
const OUT_AFTER_ERRORS = 5;

const LARGE_BYTES = 300_000; // a file of its own

const stack = await startStack({ profile: 'cluster' });
const scratch = await mkdtemp(path.join(scratchFolder(), 'operators-'));
after(async () => {
  await stack.destroy();
  await rm(scratch, { recursive: true, force: true });
});
await allActive(stack, FOUR);
const cli = new Cli(stack);

// A new object in the group; { id, content }.
async function upload(group) {
  const content = randomBytes(LARGE_BYTES);
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

// The file in which a storage keeps a large content.
async function fileOf(service, content) {
  const folder = path.join(await dataFolder(stack, service), 'large');
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.path ?? entry.parentPath, entry.name);
    if ((await readFile(file)).equals(content)) return file;
  }
  throw new Error(`${service} has no file with this content`);
}

async function rot(service, content) {
  const damaged = Buffer.from(content);
  damaged[content.length / 2] ^= 1;
  await writeFile(await fileOf(service, content), damaged);
}

test('route --udp: one answer has the storages and the other services', async () => {
  await stack.sql(
    "INSERT INTO services (number, address, name, weight) VALUES (30, '10.9.8.7:80', 'live', 5)",
  );
  await until('the service is told', async () =>
    (await cli.json('route', '1/5', '--udp')).services.some(({ name }) => name === 'live'),
  );
  const route = await cli.json('route', '1/5', '--udp');
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
  await cli.fails(Exit.unavailable, 'route', 'nogroup/1', '--udp');
  await cli.fails(Exit.usage, 'route', '1/5', '--report');
});

test('route --udp --report: a storage whose calls fail is taken out, and comes back', async () => {
  const first = await cli.json('route', '1/5', '--udp', '--report');
  assert.deepEqual(first.report.outcome, 'ok');
  const [address] = first.storages;
  const service = membersOf(stack, '1').find((name) => stack.storages[name] === address);
  await killForGood(stack, service);
  for (let i = 0; i < OUT_AFTER_ERRORS; ++i) {
    const { code, out } = await cli.run('--json', 'route', '1/5', '--udp', '--report');
    assert.equal(code, Exit.unavailable);
    const { report } = JSON.parse(String(out));
    assert.deepEqual([report.address, report.outcome], [address, 'failed']);
  }
  const isOffered = async () =>
    (await cli.json('nodes')).find((node) => node.address === address).offered;
  await until('it is out', async () => !(await isOffered()));
  await revive(stack, service);
  await until('it is offered again', isOffered);
  await allActive(stack, FOUR);
});

test('verify and stat count healthy copies, and tell when they were last read', async () => {
  const before = Date.now() - 1000;
  const { id, content } = await upload('1');
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
  await until('it is mended by itself', async () => (await cli.run('verify', id)).code === 0);
});

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
  await until('it is in step', async () => (await cli.run('verify', id)).code === 0);
});

test('repair ID brings a damaged or lost copy back at once', async () => {
  for (const spoil of [rot, async (service, content) => rm(await fileOf(service, content))]) {
    const { id, content } = await upload('1');
    await spoil('storaged-1a', content);
    const { healthy, wanted, mended } = await cli.json('repair', id);
    assert.deepEqual([healthy, wanted, mended], [2, 2, 1]);
    assert.ok((await readFrom(stack, 'storaged-1a', id)).equals(content));
    await fileOf('storaged-1a', content);
  }
  await cli.fails(Exit.not_found, 'repair', '1/404404404');
  await cli.fails(Exit.usage, 'repair');
  await cli.fails(Exit.usage, 'repair', '1/5', '--all');
});

test('repair --group reads everything and mends what is damaged, on every member', async () => {
  const objects = [];
  for (let i = 0; i < 6; ++i) objects.push(await upload('1'));
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

test('nodes and monitor tell how far each storage is behind its group', async () => {
  const { id } = await upload('1');
  await killForGood(stack, 'storaged-1b');
  await rm(await dataFolder(stack, 'storaged-1b'), { recursive: true });
  await revive(stack, 'storaged-1b');
  await until('it has been filled again', async () => (await cli.run('verify', id)).code === 0);
  await until('nobody is behind', async () =>
    (await cli.json('nodes')).every(({ behind_changes }) => behind_changes === 0),
  );
  const { storages } = await cli.json('monitor', '--once');
  assert.deepEqual(
    storages.map(({ name, behind_seconds }) => [name, behind_seconds]),
    FOUR.map((name) => [name, 0]),
  );
  assert.match(await cli.text('nodes'), / BEHIND$/m);
});

test('groups tells how full they are', async () => {
  await upload('2');
  await until('used bytes are told', async () =>
    (await cli.json('groups')).every(({ used_bytes }) => used_bytes >= LARGE_BYTES),
  );
  const groups = await cli.json('groups');
  assert.ok(groups.every(({ free_bytes, used_bytes }) => free_bytes > 0 && used_bytes > 0));
  assert.match(await cli.text('groups'), /^1 .* \d+ %$/m);
});
