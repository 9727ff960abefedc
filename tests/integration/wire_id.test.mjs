// Commands 40 and 41 of the running ID server.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { until } from './lib/process.mjs';
import { useStack } from './lib/stack.mjs';
import * as wire from './lib/wire.mjs';

const { ErrorNumber, ReplyCode, WireConnection } = wire;
const stack = await useStack();
const secret = await stack.secret();
const KILLS = 5;

const open = () => WireConnection.open(stack.id_server, secret);
const freshKey = () => `test-${randomBytes(6).toString('hex')}`;

async function draw(connection, key) {
  const reply = await connection.call(wire.id(key));
  if (reply === null) return null;
  assert.equal(reply.status, 0, reply.error?.text);
  assert.equal(reply.command, ReplyCode.id_server);
  return reply.body.readBigUInt64BE();
}

test('ids of a key increase and are positive', async () => {
  const connection = await open();
  const key = freshKey();
  let last = 0n;
  for (let i = 0; i < 2000; ++i) {
    const id = await draw(connection, key);
    assert.ok(id > last && id < 2n ** 63n);
    last = id;
  }
  connection.close();
});

test('many connections never draw the same id', async () => {
  const key = freshKey();
  const seen = new Set();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      const connection = await open();
      for (let i = 0; i < 300; ++i) seen.add(await draw(connection, key));
      connection.close();
    }),
  );
  assert.equal(seen.size, 16 * 300);
});

test('ids in blocks', async () => {
  const connection = await open();
  const key = freshKey();
  let next = 0n;
  for (const count of [1, 64, 1000, 65536, 1]) {
    const reply = await connection.call(wire.ids(key, count));
    assert.equal(reply.status, 0, reply.error?.text);
    const first = reply.body.readBigUInt64BE(0);
    const given = reply.body.readUInt32BE(8);
    assert.ok(first >= next && given >= 1 && given <= count, `${first} x ${given}`);
    next = first + BigInt(given);
  }
  assert.ok((await draw(connection, key)) >= next);
  for (const count of [0, 65537, 2 ** 32 - 1]) {
    assert.equal(
      (await connection.call(wire.ids(key, count))).error?.number,
      ErrorNumber.bad_request,
    );
  }
  connection.close();
});

test('keys that are none', async () => {
  for (const key of ['', 'a\nb', 'x\0y', 'k'.repeat(65)]) {
    const connection = await open();
    const reply = await connection.call(wire.id(key));
    assert.equal(reply?.error?.number, ErrorNumber.bad_request, JSON.stringify(key));
    connection.close();
  }
  const connection = await open();
  assert.ok((await draw(connection, 'k'.repeat(64))) > 0n);
  connection.close();
});

test(`unique and increasing through ${KILLS} kills`, async () => {
  const key = freshKey();
  const seen = new Set();
  let last = 0n;
  for (let kill = 0; kill < KILLS; ++kill) {
    const connection = await openWhenUp();
    const until_kill = 50 + Math.floor(Math.random() * 500);
    for (let i = 0; i < until_kill; ++i) {
      const id = await draw(connection, key);
      assert.ok(id > last, `${id} after ${last}`);
      assert.ok(!seen.has(id));
      seen.add(id);
      last = id;
    }
    process.kill(await stack.pid('idserverd'), 'SIGKILL');
    await connection.closed;
  }
  const connection = await openWhenUp();
  assert.ok((await draw(connection, key)) > last);
  connection.close();
});

async function openWhenUp() {
  let connection;
  await until('the ID server is back', async () => {
    connection = await open().catch(() => undefined);
    return connection !== undefined;
  });
  return connection;
}
