// Commands 70 to 76 of the running storage.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';

import { files } from './lib/audit.mjs';
import { useStack } from './lib/stack.mjs';
import * as wire from './lib/wire.mjs';

const { Command, ErrorNumber, ReplyCode, WireConnection } = wire;
const stack = await useStack();
const secret = await stack.secret();
const connection = await WireConnection.open(stack.storage, secret);
after(() => connection.close());

const RUN = randomBytes(6).toString('hex');
let count = 0;
function newKey(more = {}) {
  count += 1;
  return { application: 'test', user: 'tester', file: `1/${RUN}-${count}`, ...more };
}

const call = (bytes) => connection.call(bytes);
async function succeeds(bytes) {
  const reply = await call(bytes);
  assert.equal(reply?.status, 0, reply?.error?.text);
  assert.equal(reply.command, ReplyCode.storage);
  return reply.body;
}
async function fails(bytes, number) {
  const reply = await call(bytes);
  assert.equal(reply?.error?.number, number, reply?.error?.text ?? 'it succeeded');
  assert.match(reply.error.text, /^\[1a\] .+: .+/);
}

for (const size of [0, 1, 4096, 102399, 102400, 102401, 3_000_000]) {
  test(`upload, size, stat, download, delete: ${size} bytes`, async () => {
    const key = newKey();
    const content = randomBytes(size);
    assert.equal((await succeeds(wire.upload(key, content))).length, 0);
    assert.equal((await succeeds(wire.size(key))).readBigUInt64BE(), BigInt(size));
    const stat = await succeeds(wire.stat(key));
    assert.equal(stat.readBigUInt64BE(0), BigInt(size));
    assert.deepEqual(stat.subarray(12, 44), createHash('sha256').update(content).digest());
    assert.ok((await succeeds(wire.download(key))).equals(content));
    await fails(wire.upload(key, randomBytes(size + 1)), ErrorNumber.exists);
    assert.equal((await succeeds(wire.upload(key, content))).length, 0);
    assert.ok((await succeeds(wire.download(key))).equals(content), 'the old content stays');
    assert.equal((await succeeds(wire.remove(key))).length, 0);
    for (const request of [wire.size(key), wire.stat(key), wire.download(key), wire.remove(key)]) {
      await fails(request, ErrorNumber.not_found);
    }
    await fails(wire.upload(key, content), ErrorNumber.deleted);
  });

  test(`ranges of ${size} bytes`, async () => {
    const key = newKey();
    const content = randomBytes(size);
    await succeeds(wire.upload(key, content));
    const range = (offset, length) => succeeds(wire.download(key, offset, length));
    assert.equal((await range(size, 0)).length, 0);
    assert.equal((await range(size, 10)).length, 0);
    await fails(wire.download(key, size + 1, 0), ErrorNumber.out_of_range);
    await fails(wire.download(key, 2n ** 64n - 1n, 1), ErrorNumber.out_of_range);
    assert.ok((await range(0, 2n ** 64n - 1n)).equals(content));
    for (const offset of [0, 1, size >> 1, size - 1].filter((at) => at >= 0 && at < size)) {
      for (const length of [0, 1, 100, size, size * 2]) {
        const end = length === 0 ? size : Math.min(size, offset + length);
        assert.ok(
          (await range(offset, length)).equals(content.subarray(offset, end)),
          `${offset}+${length}`,
        );
      }
    }
  });
}

test('an object belongs to its application and user', async () => {
  const key = newKey();
  await succeeds(wire.upload(key, Buffer.from('content')));
  const others = [
    { ...key, user: 'other' },
    { ...key, application: 'other' },
    { ...key, user: 'teste' },
    { ...key, file: `${key.file}x` },
  ];
  for (const other of others) {
    for (const request of [
      wire.size(other),
      wire.stat(other),
      wire.download(other),
      wire.remove(other),
    ]) {
      await fails(request, ErrorNumber.not_found);
    }
  }
  assert.equal(String(await succeeds(wire.download(key))), 'content');
});

test('keys of full width', async () => {
  const key = {
    application: 'a'.repeat(16),
    user: '用'.repeat(85),
    file: `1/${RUN}-`.padEnd(128, 'f'),
  };
  await succeeds(wire.upload(key, Buffer.from('full')));
  assert.equal(String(await succeeds(wire.download(key))), 'full');
});

test('fields that are none fail without harm', async () => {
  const content = Buffer.from('content');
  const field = (bytes, width) => Buffer.concat([bytes, Buffer.alloc(width - bytes.length)]);
  const key = (application, user, file) =>
    Buffer.concat([field(application, 16), field(user, 256), field(file, 128)]);
  const ok = Buffer.from('ok');
  const bad = [
    Buffer.alloc(0),
    Buffer.from('a\0b'),
    Buffer.from('a\nb'),
    Buffer.from([0xff]),
    Buffer.from([0xc0, 0x80]),
    Buffer.from('\u0085'),
    Buffer.from('\x7f'),
  ];
  for (const value of bad) {
    for (const body of [key(value, ok, ok), key(ok, value, ok), key(ok, ok, value)]) {
      for (const command of [Command.size, Command.remove, Command.stat]) {
        await fails(wire.message(command, body), ErrorNumber.bad_request);
      }
      await fails(
        wire.message(Command.upload, body, wire.u64(content.length), content),
        ErrorNumber.bad_request,
      );
    }
  }
});

test('a size that contradicts the length is refused and the connection ends', async () => {
  for (const [announced, sent] of [
    [10, 5],
    [5, 10],
    [2n ** 63n, 4],
    [0, 1],
  ]) {
    const other = await WireConnection.open(stack.storage, secret);
    const key = newKey();
    const reply = await other.call(
      wire.message(Command.upload, wire.objectKey(key), wire.u64(announced), Buffer.alloc(sent)),
    );
    assert.ok(reply === null || reply.error !== null);
    other.close();
    await fails(wire.size(key), ErrorNumber.not_found);
  }
});

test('an upload that breaks off leaves nothing', async () => {
  for (const size of [4096, 500_000]) {
    const key = newKey();
    const request = wire.upload(key, randomBytes(size));
    for (const cut of [11, 418, 419, request.length - 1]) {
      const other = await WireConnection.open(stack.storage, secret);
      other.send(request.subarray(0, cut));
      other.socket.end();
      await other.reply();
      await fails(wire.size(key), ErrorNumber.not_found);
    }
    await succeeds(wire.upload(key, Buffer.from('now whole')));
  }
});

test('a refused upload is read to its end, and the connection goes on', async () => {
  const key = newKey();
  await succeeds(wire.upload(key, Buffer.from('first')));
  await fails(wire.upload(key, randomBytes(5_000_000)), ErrorNumber.exists);
  assert.equal(String(await succeeds(wire.download(key))), 'first');
});

test('two uploads of one new object at once: one content wins', async () => {
  for (let round = 0; round < 20; ++round) {
    const key = newKey();
    const contents = [randomBytes(5000), randomBytes(5000)];
    const other = await WireConnection.open(stack.storage, secret);
    const replies = await Promise.all([
      call(wire.upload(key, contents[0])),
      other.call(wire.upload(key, contents[1])),
    ]);
    other.close();
    const winners = replies.map((reply) => reply.status === 0);
    assert.equal(winners.filter(Boolean).length, 1);
    assert.equal(replies.find((reply) => reply.status !== 0).error.number, ErrorNumber.exists);
    assert.ok((await succeeds(wire.download(key))).equals(contents[winners.indexOf(true)]));
  }
});

test('pipelined commands on one object keep their order', async () => {
  for (let round = 0; round < 20; ++round) {
    const key = newKey();
    const replies = Array.from({ length: 4 }, () => connection.reply());
    connection.send(
      Buffer.concat([
        wire.upload(key, Buffer.from(`round ${round}`)),
        wire.download(key),
        wire.remove(key),
        wire.size(key),
      ]),
    );
    const [uploaded, content, removed, size] = await Promise.all(replies);
    assert.equal(uploaded.status, 0);
    assert.equal(String(content.body), `round ${round}`);
    assert.equal(removed.status, 0);
    assert.equal(size.error.number, ErrorNumber.not_found);
  }
});

test('adopt takes the spooled file over, with its digest', async () => {
  const content = randomBytes(700_000);
  const name = `adopt-${RUN}`;
  const file = path.join(stack.spool, name);
  const adopt = (key, size, spooled) =>
    wire.message(Command.adopt, wire.objectKey(key), wire.u64(size), wire.terminated(spooled, 255));
  await writeFile(file, content);
  await fails(adopt(newKey(), content.length - 1, name), ErrorNumber.bad_request);
  const key = newKey();
  const reply = await succeeds(adopt(key, content.length, name));
  assert.deepEqual(reply.subarray(0, 32), createHash('sha256').update(content).digest());
  assert.equal((await files(stack.spool)).filter((f) => f === file).length, 0);
  assert.ok((await succeeds(wire.download(key))).equals(content));
  for (const bad of [
    '../yundisk.toml',
    '/etc/passwd',
    'a/../../secret',
    '.hidden',
    'a//b',
    'no such',
    'x/',
  ]) {
    const refused = await call(adopt(newKey(), 100, bad));
    assert.ok(refused?.error, bad);
    assert.ok(
      [ErrorNumber.bad_request, ErrorNumber.not_found, ErrorNumber.unavailable].includes(
        refused.error.number,
      ),
      `${bad}: ${refused.error.text}`,
    );
  }
});

test('statistics are lines of name and value', async () => {
  const lines = wire
    .text(await succeeds(wire.message(Command.statistics)))
    .trim()
    .split('\n');
  assert.ok(lines.length > 3);
  for (const line of lines) assert.match(line, /^[^\t]+\t[^\t]*$/);
});
