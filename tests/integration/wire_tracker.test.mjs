// Commands 10 to 18 of the running tracker.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';

import { until } from './lib/process.mjs';
import { useStack } from './lib/stack.mjs';
import * as wire from './lib/wire.mjs';

const { Command, ErrorNumber, ReplyCode, WireConnection } = wire;
const stack = await useStack();
const connection = await WireConnection.open(stack.tracker, await stack.secret());
after(() => connection.close());

const OFFLINE = '0';
const ONLINE = '1';
const ACTIVE = '2';
const group = `t${randomBytes(4).toString('hex')}`;
after(() => stack.sql(`DELETE FROM members WHERE group_name = '${group}'`));

const call = (bytes) => connection.call(bytes);
const now = () => Math.floor(Date.now() / 1000);

async function groupList() {
  const reply = await call(wire.message(Command.groups));
  assert.equal(reply.status, 0, reply.error?.text);
  assert.equal(reply.command, ReplyCode.tracker);
  assert.equal(reply.body.at(-1), 0);
  return wire
    .text(reply.body)
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

async function member(host) {
  const lines = await groupList();
  const index = lines.findIndex(([kind, name]) => kind === 'group' && name === group);
  if (index < 0) return undefined;
  for (const line of lines.slice(index + 1)) {
    if (line[0] !== 'storage') break;
    if (line[2] === host) {
      const [, version, name, address, start, join, beat, state] = line;
      return { version, name, address, start, join, beat, state };
    }
  }
  return undefined;
}

async function addresses(key) {
  const reply = await call(wire.addresses(key));
  if (reply.error) return reply.error;
  return { group: wire.text(reply.body.subarray(0, 17)), list: wire.text(reply.body.subarray(17)) };
}

test('the storage of this stack is active and is placed on', async () => {
  const lines = await groupList();
  assert.equal(lines[0][0], 'groups');
  assert.equal(Number(lines[0][1]), lines.filter(([kind]) => kind === 'group').length);
  const own = lines.find(([kind, , name]) => kind === 'storage' && name === '1a');
  assert.equal(own[3], stack.storage);
  assert.equal(own[7], ACTIVE);
  const key = { application: 'yundisk', user: 'blobs', file: '1/12345' };
  assert.deepEqual(await addresses(key), { group: '1', list: `${stack.storage};` });
  const placed = await call(wire.place(key, 4096));
  assert.equal(placed.status, 0, placed.error?.text);
  assert.equal(wire.text(placed.body.subarray(0, 17)), '1');
  const absurd = await call(wire.place(key, 2n ** 60n));
  assert.equal(absurd.error?.number, ErrorNumber.no_space);
});

test('an id without a group gets a route and keeps it', async () => {
  const key = { application: 'test', user: randomBytes(8).toString('hex'), file: 'no group here' };
  const first = await addresses(key);
  assert.equal(first.group, '1', JSON.stringify(first));
  assert.deepEqual(await addresses({ ...key, file: 'another' }), first);
});

test('unknown groups and unknown beats fail', async () => {
  const key = { application: 'test', user: 'test', file: 'nogroup/1' };
  assert.ok(
    [ErrorNumber.not_found, ErrorNumber.unavailable].includes((await addresses(key)).number),
  );
  const beat = await call(wire.beat({ group, host: 'never joined' }));
  assert.equal(beat.error?.number, ErrorNumber.unknown_node);
});

test('join, beat, silence, return', async () => {
  const start = now();
  const join = (more = {}) =>
    call(
      wire.join({
        version: '1.2',
        group,
        host: 'node',
        port: 4000,
        start,
        join_time: 0,
        ...more,
      }),
    );
  const beat = () => call(wire.beat({ group, host: 'node' }));
  const key = { application: 'test', user: 'test', file: `${group}/1` };

  assert.equal((await join()).status, 0);
  const joined = await member('node');
  assert.deepEqual(
    [joined.version, joined.state, joined.address],
    ['1.2', ONLINE, '127.0.0.1:4000'],
  );
  assert.equal((await addresses(key)).number, ErrorNumber.unavailable, 'online is not active');

  assert.equal((await beat()).status, 0);
  assert.equal((await member('node')).state, ACTIVE);
  assert.equal((await addresses(key)).list, '127.0.0.1:4000;');

  // An older start is a left-over of an earlier life; the newer one stays.
  await join({ start: start - 100, port: 4001 });
  assert.equal((await member('node')).address, '127.0.0.1:4000');
  assert.equal((await join({ start: start + 1, port: 4002 })).status, 0);
  assert.equal((await beat()).status, 0);
  assert.equal((await addresses(key)).list, '127.0.0.1:4002;');

  const silent = Date.now();
  await until('the silent node is offline', async () => (await member('node')).state === OFFLINE);
  assert.ok(Date.now() - silent > 2000, 'offline before three seconds of silence');
  assert.ok(Date.now() - silent < 6000, 'offline long after three seconds');
  assert.equal((await addresses(key)).number, ErrorNumber.unavailable);
  const again = await beat();
  if (again.error) {
    assert.equal(again.error.number, ErrorNumber.unknown_node);
    assert.equal((await join({ start: start + 1, port: 4002 })).status, 0);
    assert.equal((await beat()).status, 0);
  }
  assert.equal((await member('node')).state, ACTIVE);
});

test('a watcher hears of a change of its group', async () => {
  const watcher = await WireConnection.open(stack.tracker, await stack.secret());
  try {
    const watch = async (known) => {
      const reply = await watcher.call(wire.watch(known, group));
      assert.equal(reply.status, 0, reply.error?.text);
      return { version: reply.body.readBigUInt64BE(0), text: wire.text(reply.body.subarray(8)) };
    };
    const first = await watch(0);
    assert.match(first.text, /^groups\t[01]\n/);
    const waiting = watch(first.version);
    assert.equal((await call(wire.join({ group, host: 'watched', port: 6000 }))).status, 0);
    const second = await waiting;
    assert.ok(second.version > first.version);
    assert.match(second.text, /\nstorage\t1\twatched\t127\.0\.0\.1:6000\t/);
    assert.ok(!second.text.includes('\t1a\t'), 'the storage of another group');
  } finally {
    watcher.close();
  }
});

test('drain, activate, remove, return', async () => {
  const node = { group, host: 'drained' };
  const start = now();
  const join = (at) => call(wire.join({ ...node, port: 6100, start: at }));
  const set = (action) => call(wire.set_member(node, action));
  const { activate, drain, remove } = wire.MemberAction;
  const standing = async () =>
    (await groupList()).find(([kind, , name]) => kind === 'storage' && name === node.host)?.[11];

  assert.equal((await set(drain)).error?.number, ErrorNumber.not_found);
  await join(start);
  await call(wire.beat(node));
  assert.equal(await standing(), 'active');
  const refused = await set(remove);
  assert.equal(refused.error?.number, ErrorNumber.bad_request);
  assert.match(refused.error.text, /is active; drain it first, or stop it/);
  assert.equal((await set(drain)).status, 0);
  assert.equal(await standing(), 'draining');
  assert.equal((await set(activate)).status, 0);
  assert.equal(await standing(), 'active');

  // Another program changes the row: seen without a word to the tracker.
  await stack.sql(`UPDATE members SET standing = 'draining' WHERE host_name = '${node.host}'`);
  await until('the row is seen', async () => (await standing()) === 'draining');
  assert.equal((await set(remove)).status, 0);
  assert.equal(await standing(), undefined);
  assert.equal((await join(start)).error?.number, ErrorNumber.exists, 'the same process');
  assert.equal((await join(start + 1)).status, 0, 'started again');
  assert.equal(await standing(), 'active');
});

test('reported failures take a storage out, but not the last one', async () => {
  const own = `${group.slice(0, 8)}r`;
  after(() => stack.sql(`DELETE FROM members WHERE group_name = '${own}'`));
  for (const [host, port] of [['x', 6201], ['y', 6202]]) {
    await call(wire.join({ group: own, host, port, start: now() }));
    await call(wire.beat({ group: own, host }));
  }
  const key = { application: 'test', user: 'test', file: `${own}/1` };
  assert.equal((await addresses(key)).list.split(';').filter(Boolean).length, 2);
  for (const port of [6201, 6202]) {
    const reply = await call(wire.report({ group: own, address: `127.0.0.1:${port}` }, 1, 5));
    assert.equal(reply.status, 0, reply.error?.text);
  }
  assert.equal((await addresses(key)).list, '127.0.0.1:6202;');
});

test('at most three addresses', async () => {
  for (let i = 0; i < 5; ++i) {
    await call(wire.join({ group, host: `many-${i}`, port: 5000 + i, start: now() }));
    await call(wire.beat({ group, host: `many-${i}` }));
  }
  const { list } = await addresses({ application: 'test', user: 'test', file: `${group}/1` });
  assert.equal(list.split(';').filter(Boolean).length, 3, list);
});

test('fields that are none', async () => {
  const good = { version: '1', group, host: 'h', port: 1, start: 1 };
  const bodies = [
    wire.join({ ...good, group: '' }),
    wire.join({ ...good, host: '' }),
    wire.join({ ...good, host: 'a\nb' }),
    wire.join({ ...good, version: '' }),
    wire.beat({ group: '', host: 'x' }),
    wire.join({ ...good, group: 'a\tb' }),
  ];
  for (const body of bodies) {
    assert.equal((await call(body)).error?.number, ErrorNumber.bad_request);
  }
  for (const file of ['', 'a\0b', '\n']) {
    const key = Buffer.concat([wire.fixed('a', 16), wire.fixed('u', 256), wire.fixed(file, 128)]);
    assert.equal(
      (await call(wire.message(Command.addresses, key))).error?.number,
      ErrorNumber.bad_request,
    );
  }
});
