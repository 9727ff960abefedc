// Look-ups over UDP on the running tracker's port, by a client written from the protocol page.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { after, test } from 'node:test';

import { until } from './lib/process.mjs';
import { useStack } from './lib/stack.mjs';
import { fixed, text, u64 } from './lib/wire.mjs';

const LOOK_UP = 1;
const ANSWER = 129;
const PROOF_BYTES = 32;
const HEADER_BYTES = 40;
const LONGEST = 1200;
const PATIENCE_MS = 10_000;

const stack = await useStack();
const secret = await stack.secret();
const at = stack.tracker.lastIndexOf(':');
const port = Number(stack.tracker.slice(at + 1));
const host = stack.tracker.slice(0, at);
const socket = dgram.createSocket('udp4');
after(() => socket.close());
after(() => stack.sql("DELETE FROM services WHERE name = 'udp-test'"));

const proof = (bytes) => createHmac('sha256', secret).update('packet').update(bytes).digest();

function request({ kind = LOOK_UP, file = '1/12345', time = Date.now(), size = LONGEST } = {}) {
  const nonce = randomBytes(16);
  const head = Buffer.concat([
    Buffer.from('yndk'),
    Buffer.from([1, kind, 0, 0]),
    randomBytes(8),
    u64(time),
    nonce,
    fixed('yundisk', 16),
    fixed('blobs', 256),
    fixed(file, 128),
  ]);
  const padded = Buffer.concat([head, Buffer.alloc(Math.max(0, size - PROOF_BYTES - head.length))]);
  return Buffer.concat([padded, proof(padded)]);
}

// The answer to `packet`; null when the answer to a packet sent after it comes first.
async function ask(packet) {
  const sentinel = request();
  const answer = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer, to either packet')), PATIENCE_MS);
    const listen = (bytes) => {
      const number = bytes.subarray(8, 16);
      if (number.equals(packet.subarray(8, 16))) resolve(bytes);
      else if (number.equals(sentinel.subarray(8, 16))) resolve(null);
      else return;
      clearTimeout(timer);
      socket.off('message', listen);
    };
    socket.on('message', listen);
    socket.send(packet, port, host);
    socket.send(sentinel, port, host);
  });
  if (!answer) return null;
  const covered = answer.subarray(0, answer.length - PROOF_BYTES);
  assert.deepEqual(answer.subarray(-PROOF_BYTES), proof(covered), 'the answer is not proven');
  assert.equal(answer[5], ANSWER);
  assert.deepEqual(covered.subarray(8, HEADER_BYTES), packet.subarray(8, HEADER_BYTES));
  const body = covered.subarray(HEADER_BYTES);
  return {
    status: answer.readUInt16BE(6),
    group: text(body.subarray(0, 17)),
    addresses: text(body.subarray(17, 273)),
    lines: text(body.subarray(273)),
    length: answer.length,
  };
}

test('one packet each way tells the storages of a file', async () => {
  const answer = await ask(request());
  assert.deepEqual([answer.status, answer.group], [0, '1']);
  assert.equal(answer.addresses, `${stack.storage};`);
  assert.ok(answer.length <= LONGEST);
  const gone = await ask(request({ file: 'nogroup/1', size: 0 }));
  assert.equal(gone.status, 6);
  assert.match(gone.lines, /no storage of it is active/);
});

test('services are edited in the database without a restart', async () => {
  await stack.sql(
    "INSERT INTO services (number, address, name, weight) VALUES (9, '10.9.8.7:80', 'udp-test', 5)",
  );
  const line = 'service\t9\tudp-test\t10.9.8.7:80\t5\n';
  await until('the new service is told', async () => (await ask(request())).lines.includes(line));
  await stack.sql("UPDATE services SET enabled = FALSE WHERE name = 'udp-test'");
  await until('it is told no more', async () => !(await ask(request())).lines.includes(line));
});

test('what is not proven or not timely gets no answer', async () => {
  const forged = request();
  forged[50] ^= 1;
  assert.equal(await ask(forged), null);
  assert.equal(await ask(request({ time: Date.now() - 60_000 })), null);
  assert.equal(await ask(request({ kind: ANSWER })), null);
});
