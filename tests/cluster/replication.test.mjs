// A group's members hold the same objects: while one is away nothing is missed, and when it is back it has everything.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Cli, Exit } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { until } from '../integration/lib/process.mjs';
import { ErrorNumber } from '../integration/lib/wire.mjs';
import { FOUR, allActive, killForGood, revive, startCluster, states, within } from './lib/cluster.mjs';
import { dataFolder, membersOf, readFrom } from './lib/members.mjs';

const READ_WITHIN_MS = 2000;
const CATCH_UP_MS = 60_000;
const SIZES = [0, 1, 4000, 102_399, 102_400, 300_000, 2_000_000];
const AWAY = 'storaged-1a';
const PARTNER = 'storaged-1b';

const { stack, scratch } = await startCluster();
const disk = await signUp(stack.url);
const cli = new Cli(stack);
const objects = new Map(); // id -> content, uploaded by the command line
const files = new Map(); // path -> content, uploaded through HTTP

async function uploadByCli(size, id) {
  const content = randomBytes(size);
  const file = path.join(scratch, 'upload');
  await writeFile(file, content);
  const given = id === undefined ? [] : ['--id', id];
  const stored = await cli.text('upload', file, ...given);
  objects.set(stored, content);
  return stored;
}

async function uploadByHttp(size) {
  const content = randomBytes(size);
  const name = `/file-${files.size}`;
  const reply = await disk.put(name, content);
  assert.equal(reply.status, 201, reply.text);
  files.set(name, content);
}

async function everythingIsRead() {
  for (const [id, content] of objects) {
    const read = await within(READ_WITHIN_MS, id, () => cli.succeeds('download', id, '-'));
    assert.ok(read.equals(content), id);
  }
  for (const [name, content] of files) {
    const reply = await within(READ_WITHIN_MS, name, () => disk.get(name));
    assert.equal(reply.status, 200, `${name}: ${reply.text.slice(0, 200)}`);
    assert.ok(reply.body.equals(content), name);
  }
}

const inGroup = (group) => [...objects].filter(([id]) => id.startsWith(`${group}/`));

// Every object of the group, byte for byte, from this very storage.
async function hasEverything(service, group) {
  for (const [id, content] of inGroup(group)) {
    const read = await readFrom(stack, service, id);
    assert.ok(Buffer.isBuffer(read), `${service}: ${id} is refused with ${read}`);
    assert.ok(read.equals(content), `${service}: ${id}`);
  }
}

function caughtUp(service, group) {
  return until(
    `${service} has caught up`,
    async () => {
      for (const [id] of inGroup(group))
        if (!Buffer.isBuffer(await readFrom(stack, service, id))) return false;
      return true;
    },
    CATCH_UP_MS,
  );
}

test('an acknowledged object is on every member of its group', async () => {
  for (const size of SIZES) {
    for (const group of ['1', '2'])
      await uploadByCli(size, `${group}/own-${randomBytes(6).toString('hex')}`);
    await uploadByCli(size);
    await uploadByHttp(size);
  }
  for (const group of ['1', '2'])
    for (const service of membersOf(stack, group)) await hasEverything(service, group);
  for (const [id] of objects) await cli.succeeds('verify', id);
});

test('a storage dies: every file is read within 2 s', async () => {
  await killForGood(stack, AWAY);
  await everythingIsRead();
});

test('while it is away, writes go to the other group, with every copy', async () => {
  for (const size of SIZES) {
    const id = await uploadByCli(size);
    assert.match(id, /^2\//);
    await uploadByHttp(size);
  }
  for (const service of membersOf(stack, '2')) await hasEverything(service, '2');
});

test('nothing is deleted while it is away, and on both when it is back', async () => {
  const [[first], [second]] = inGroup('1');
  // Its partner notices first. Asked before, it would try, and could not tell how that will end.
  const offline = ([name, state]) => name === '1a' && state === 'OFFLINE';
  await until('1a is OFFLINE', async () => (await states(stack, 'trackerd-1')).some(offline));
  for (const id of [first, second]) {
    await cli.fails(Exit.unavailable, 'delete', id);
    await cli.succeeds('stat', id);
  }
  await revive(stack, AWAY);
  await allActive(stack, FOUR);
  for (const id of [first, second]) {
    await until(`${id} can be deleted`, async () => (await cli.run('delete', id)).code === 0);
    objects.delete(id);
    await cli.fails(Exit.not_found, 'stat', id);
  }
  const isGone = (answer) => answer === ErrorNumber.not_found || answer === ErrorNumber.deleted;
  for (const id of [first, second])
    for (const service of [AWAY, PARTNER])
      await until(`${id} is gone from ${service}`, async () =>
        isGone(await readFrom(stack, service, id)),
      );
});

test('it has caught up: everything is read from it directly', async () => {
  await caughtUp(AWAY, '1');
  await hasEverything(AWAY, '1');
  await everythingIsRead();
});

test('a member that is not in step says UNAVAILABLE, never NOT_FOUND; an emptied one is refilled', async () => {
  await killForGood(stack, AWAY);
  await rm(await dataFolder(stack, AWAY), { recursive: true });
  await revive(stack, AWAY);
  for (const [id] of inGroup('1')) {
    const answer = await readFrom(stack, AWAY, id);
    assert.ok(Buffer.isBuffer(answer) || answer === ErrorNumber.unavailable, `${id}: ${answer}`);
  }
  await everythingIsRead();
  await caughtUp(AWAY, '1');
  await hasEverything(AWAY, '1');
  for (const [id] of objects) await cli.succeeds('verify', id);
});

test('then the other one may die', async () => {
  await killForGood(stack, PARTNER);
  await everythingIsRead();
  await revive(stack, PARTNER);
  await allActive(stack, FOUR);
});

test('files sent by nginx itself come from any node', async () => {
  const large = [...files].filter(([, content]) => content.length >= 102_400);
  for (const service of Object.keys(stack.storages)) {
    await killForGood(stack, service);
    for (const [name, content] of large) assert.ok((await disk.get(name)).body.equals(content));
    await revive(stack, service);
    await allActive(stack, FOUR);
  }
});
