// Commands 1 and 2 and the framing, against all three daemons.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { useStack } from './lib/stack.mjs';
import * as wire from './lib/wire.mjs';

const { Command, ErrorNumber, ReplyCode, WireConnection } = wire;
const stack = await useStack();
const secret = await stack.secret();

const KEY = { application: 'test', user: 'test', file: '1/never-stored' };
const daemons = {
  tracker: { address: stack.tracker, code: ReplyCode.tracker, ask: wire.message(Command.groups) },
  id_server: { address: stack.id_server, code: ReplyCode.id_server, ask: wire.id('test') },
  storage: { address: stack.storage, code: ReplyCode.storage, ask: wire.size(KEY) },
};

async function failsAndCloses(connection, request, number, code) {
  const reply = await connection.call(request);
  if (reply !== null) {
    assert.equal(reply.command, code);
    assert.equal(reply.error?.number, number, reply.error?.text);
    assert.match(reply.error.text, /^\[[^\]]+\] .+: .+/);
  }
  assert.equal(await connection.reply(), null, 'the connection is still open');
  connection.close();
}

for (const [name, { address, code, ask }] of Object.entries(daemons)) {
  const open = (key) => WireConnection.open(address, key);
  const served = (reply) => reply !== null && reply.error?.number !== ErrorNumber.unauthenticated;

  test(`${name}: nothing without the proof`, async () => {
    await failsAndCloses(await open(), ask, ErrorNumber.unauthenticated, code);
    const half = await open();
    assert.equal((await half.call(wire.message(Command.hello, randomBytes(32)))).status, 0);
    await failsAndCloses(half, ask, ErrorNumber.unauthenticated, code);
  });

  test(`${name}: the proof opens the connection, and its replies carry ${code}`, async () => {
    const connection = await open();
    const nonce = randomBytes(32);
    const hello = await connection.call(wire.message(Command.hello, nonce));
    assert.equal(hello.command, code);
    assert.equal(hello.body.length, 64);
    const server_nonce = hello.body.subarray(0, 32);
    assert.deepEqual(hello.body.subarray(32), wire.proof(secret, 'server', nonce, server_nonce));
    const proved = await connection.call(
      wire.message(Command.prove, wire.proof(secret, 'client', nonce, server_nonce)),
    );
    assert.deepEqual([proved.command, proved.status, proved.body.length], [code, 0, 0]);
    assert.ok(served(await connection.call(ask)));
    connection.close();
  });

  test(`${name}: wrong proofs, replayed proofs, proofs without a greeting`, async () => {
    const prove = (proof) => wire.message(Command.prove, proof);
    for (const wrong of [Buffer.alloc(32), randomBytes(32)]) {
      const connection = await open();
      await connection.call(wire.message(Command.hello, randomBytes(32)));
      await failsAndCloses(connection, prove(wrong), ErrorNumber.unauthenticated, code);
    }
    const nonce = randomBytes(32);
    const first = await open();
    const hello = await first.call(wire.message(Command.hello, nonce));
    const good = wire.proof(secret, 'client', nonce, hello.body.subarray(0, 32));
    assert.equal((await first.call(prove(good))).status, 0);
    const second = await open();
    await second.call(wire.message(Command.hello, nonce));
    await failsAndCloses(second, prove(good), ErrorNumber.unauthenticated, code);
    await failsAndCloses(await open(), prove(good), ErrorNumber.unauthenticated, code);
    const mirrored = await open();
    const greeting = await mirrored.call(wire.message(Command.hello, nonce));
    await failsAndCloses(
      mirrored,
      prove(greeting.body.subarray(32)),
      ErrorNumber.unauthenticated,
      code,
    );
    first.close();
  });

  test(`${name}: server nonces never repeat`, async () => {
    const seen = new Set();
    for (let i = 0; i < 20; ++i) {
      const connection = await open();
      const hello = await connection.call(wire.message(Command.hello, Buffer.alloc(32)));
      seen.add(hello.body.subarray(0, 32).toString('hex'));
      connection.close();
    }
    assert.equal(seen.size, 20);
  });

  test(`${name}: unknown commands and absurd lengths`, async () => {
    const lengths = [2n ** 64n - 1n, 2n ** 63n, 2n ** 40n, 1_000_000n];
    const bytes = [
      wire.message(0),
      wire.message(99),
      wire.message(255),
      wire.message(code),
      ...lengths.map((length) => wire.header(length, Command.hello)),
      ...lengths.slice(0, 3).map((length) => wire.header(length, ask[8])),
      wire.message(Command.hello, Buffer.alloc(31)),
      wire.message(Command.hello, Buffer.alloc(33)),
    ];
    for (const request of bytes) {
      const connection = await open(secret);
      const reply = await connection.call(request);
      assert.ok(reply === null || reply.error !== null, request.subarray(0, 10).toString('hex'));
      assert.equal(
        await connection.reply(),
        null,
        `open after ${request.subarray(0, 10).toString('hex')}`,
      );
      connection.close();
    }
  });

  test(`${name}: requests cut anywhere, then gone`, async () => {
    for (let cut = 0; cut < ask.length; cut += Math.max(1, ask.length >> 4)) {
      const connection = await open(secret);
      connection.send(ask.subarray(0, cut));
      connection.socket.end();
      const reply = await connection.reply();
      assert.ok(reply === null || reply.error !== null, `cut at ${cut}`);
      connection.close();
    }
    const connection = await open(secret);
    assert.ok(served(await connection.call(ask)), 'the daemon still answers');
    connection.close();
  });

  test(`${name}: many requests at once are answered in order`, async () => {
    const connection = await open(secret);
    const replies = Array.from({ length: 50 }, () => connection.reply());
    connection.send(Buffer.concat(Array(49).fill(ask)));
    for (const byte of ask) connection.send(Buffer.from([byte]));
    for (const reply of await Promise.all(replies)) {
      assert.equal(reply?.command, code);
      assert.ok(served(reply));
    }
    connection.close();
  });

  test(`${name}: garbage`, async () => {
    for (let i = 0; i < 20; ++i) {
      const connection = await open();
      connection.send(randomBytes(1 + i * 37));
      connection.socket.end();
      const reply = await connection.reply();
      assert.ok(reply === null || reply.error !== null);
      connection.close();
    }
  });
}
