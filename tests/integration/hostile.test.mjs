// Clients that lie, stall, vanish or race; afterwards nothing half-written is visible, nothing has
// leaked and every quota is right.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';

import { audit } from './lib/audit.mjs';
import { sha256, signUp } from './lib/disk.mjs';
import { RawConnection, exchange } from './lib/raw.mjs';
import { useStack } from './lib/stack.mjs';

const stack = await useStack();
const disk = await signUp(stack.url);
after(() => audit(stack));

const SMALL = 50_000;
const LARGE = 2_000_000;

function head(target, headers, method = 'PUT') {
  const lines = Object.entries({ Host: 'test', Authorization: `Bearer ${disk.token}`, ...headers });
  return (
    `${method} /api/v1/content${target} HTTP/1.1\r\n` +
    lines.map(([name, value]) => `${name}: ${value}\r\n`).join('') +
    '\r\n'
  );
}

// Sends `parts` and goes away.
async function vanishAfter(parts, how = 'vanish') {
  const connection = await RawConnection.open(stack.url);
  for (const part of parts) connection.send(part);
  await new Promise((resolve) => connection.socket.write('', resolve));
  connection[how]();
}

for (const size of [SMALL, LARGE]) {
  test(`a client that disappears in a body of ${size} bytes`, async () => {
    const content = randomBytes(size);
    for (const sent of [0, 1, 1000, size >> 1, size - 1]) {
      for (const how of ['vanish', 'finish']) {
        await vanishAfter(
          [head(`/gone-${size}`, { 'Content-Length': size }), content.subarray(0, sent)],
          how,
        );
      }
    }
    for (const sent of [1, size - 1]) {
      const chunk = [`${sent.toString(16)}\r\n`, content.subarray(0, sent), '\r\n'];
      await vanishAfter(
        [head(`/gone-${size}`, { 'Transfer-Encoding': 'chunked' }), ...chunk],
        'finish',
      );
      await vanishAfter([head(`/gone-${size}`, { 'Transfer-Encoding': 'chunked' }), ...chunk]);
    }
    await audit(stack);
    assert.equal((await disk.get(`/gone-${size}`)).status, 404);
    assert.equal(await disk.usedBytes(), 0);
  });

  test(`a replacement of ${size} bytes that breaks off leaves the old content`, async () => {
    const old = randomBytes(size);
    await disk.put(`/kept-${size}`, old);
    await vanishAfter([head(`/kept-${size}`, { 'Content-Length': size }), randomBytes(size - 1)]);
    const wrong = await disk.put(`/kept-${size}`, randomBytes(size), {
      'repr-digest': `sha-256=:${createHash('sha256').update('no').digest('base64')}:`,
    });
    assert.equal(wrong.status, 400);
    await audit(stack);
    assert.equal(sha256((await disk.get(`/kept-${size}`)).body), sha256(old));
    assert.equal(await disk.usedBytes(), size);
    await disk.remove(`/kept-${size}`);
  });

  test(`many uploads of one path at once, ${size} bytes: one of them wins whole`, async () => {
    for (let round = 0; round < 5; ++round) {
      const contents = Array.from({ length: 6 }, (_, i) => randomBytes(size + i));
      const replies = await Promise.all(
        contents.map((content) => disk.put(`/race-${size}`, content)),
      );
      const statuses = replies.map((reply) => reply.status);
      assert.ok(
        statuses.every((status) => [200, 201].includes(status)),
        statuses.join(),
      );
      assert.equal(statuses.filter((status) => status === 201).length, round === 0 ? 1 : 0);
      const sum = sha256((await disk.get(`/race-${size}`)).body);
      assert.ok(
        contents.some((content) => sha256(content) === sum),
        'the winner is one of them',
      );
    }
    await disk.remove(`/race-${size}`);
  });

  test(`only one of many creators of one path succeeds, ${size} bytes`, async () => {
    const replies = await Promise.all(
      Array.from({ length: 6 }, () =>
        disk.put(`/create-${size}`, randomBytes(size), { 'if-none-match': '*' }),
      ),
    );
    assert.deepEqual(replies.map((reply) => reply.status).sort(), [201, 412, 412, 412, 412, 412]);
    await disk.remove(`/create-${size}`);
  });
}

test('lengths that are none', async () => {
  const lengths = ['-1', '+5', '0x10', '5 5', '', '99999999999999999999', '5, 6', 'five'];
  for (const length of lengths) {
    const reply = await exchange(
      stack.url,
      `${head('/length', { 'Content-Length': length })}hello`,
    );
    assert.ok(
      reply === null || (reply.status >= 400 && reply.status < 500),
      `'${length}': ${reply?.status}`,
    );
  }
  const both = head('/length', { 'Content-Length': 5, 'Transfer-Encoding': 'chunked' });
  const reply = await exchange(stack.url, `${both}5\r\nhello\r\n0\r\n\r\n`);
  assert.ok(reply === null || reply.status === 400, `both: ${reply?.status}`);
  const twice = head('/length', {}).replace(
    '\r\n\r\n',
    '\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
  );
  assert.equal((await exchange(stack.url, `${twice}hello`)).status, 400);
  assert.equal((await disk.get('/length')).status, 404);
});

test('chunks that are none', async () => {
  for (const chunks of [
    'zz\r\nhello\r\n',
    '-5\r\nhello\r\n0\r\n\r\n',
    'fffffffffffffffff\r\nx',
    '5\r\nhelloXX0\r\n\r\n',
  ]) {
    const reply = await exchange(
      stack.url,
      head('/chunks', { 'Transfer-Encoding': 'chunked' }) + chunks,
    );
    assert.ok(
      reply === null || reply.status === 400,
      `${JSON.stringify(chunks)}: ${reply?.status}`,
    );
  }
  const encoding = await exchange(stack.url, head('/chunks', { 'Transfer-Encoding': 'gzip' }));
  assert.ok([400, 501].includes(encoding.status));
  assert.equal((await disk.get('/chunks')).status, 404);
});

test('a content that is longer than it says is cut at what it says', async () => {
  const connection = await RawConnection.open(stack.url);
  connection.send(`${head('/longer', { 'Content-Length': 5 })}helloGET / HTTP/1.1\r\n`);
  const reply = await connection.reply();
  connection.close();
  assert.equal(reply.status, 201);
  assert.equal((await disk.get('/longer')).text, 'hello');
  await disk.remove('/longer');
});

test('no sign-in, no body: a large upload is refused before it is sent', async () => {
  const request = head('/refused', { 'Content-Length': 10 ** 9, Authorization: 'Bearer nobody' });
  const reply = await exchange(stack.url, request);
  assert.equal(reply.status, 401);
  assert.equal(JSON.parse(reply.body).status, 401);
  const expecting = await exchange(
    stack.url,
    head('/refused', {
      'Content-Length': 10 ** 9,
      Authorization: 'Bearer nobody',
      Expect: '100-continue',
    }),
  );
  assert.equal(expecting.status, 401);
});

test('floods of headers are refused', async () => {
  const floods = [
    { 'X-Long': 'x'.repeat(100_000) },
    Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`X-${i}`, 'y'.repeat(40)])),
    { Cookie: 'a=b; '.repeat(20_000) },
    { Authorization: `Bearer ${'t'.repeat(60_000)}` },
    { Range: `bytes=${Array.from({ length: 5000 }, (_, i) => `${i}-${i}`).join(',')}` },
  ];
  await disk.put('/flood', 'content');
  for (const headers of floods) {
    const reply = await exchange(stack.url, head('/flood', headers, 'GET'));
    assert.ok(reply === null || (reply.status >= 400 && reply.status < 500), `${reply?.status}`);
  }
  const many = `bytes=${Array.from({ length: 1000 }, (_, i) => `${i % 7}-`).join(',')}`;
  const ranged = await disk.get('/flood', { range: many });
  assert.ok(ranged.body.length < 100_000, 'overlapping ranges must not multiply the content');
  await disk.remove('/flood');
});

test('headers and lines that smuggle', async () => {
  const bad = [
    'GET /api/v1/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET /api/v1/me\r\n\r\n',
    'GET  /api/v1/me HTTP/9.9\r\n\r\n',
    '\x16\x03\x01\x02\x00',
    'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /api/v1/me HTTP/1.1\r\nNo colon\r\n\r\n',
    'GET /api/v1/me HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n',
  ];
  for (const bytes of bad) {
    const reply = await exchange(stack.url, bytes);
    assert.ok(reply === null || reply.status >= 400, `${JSON.stringify(bytes)}: ${reply?.status}`);
  }
});

test('slow senders do not keep others from being served', async () => {
  const slow = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const connection = await RawConnection.open(stack.url);
      connection.send(head('/slow', { 'Content-Length': SMALL }) + 'x');
      return connection;
    }),
  );
  const start = performance.now();
  for (let i = 0; i < 20; ++i) assert.equal((await disk.put(`/quick-${i}`, `${i}`)).status, 201);
  assert.ok(performance.now() - start < 5000, 'twenty small uploads took over 5 s');
  for (const connection of slow) connection.vanish();
  for (let i = 0; i < 20; ++i) await disk.remove(`/quick-${i}`);
  assert.equal((await disk.get('/slow')).status, 404);
});

test('a quota holds when many uploads race for the last bytes', async () => {
  const poor = await signUp(stack.url);
  await stack.sql(`UPDATE users SET quota_bytes = 500000 WHERE id = ${poor.user.id}`);
  for (const size of [100_000, 250_000]) {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => poor.put(`/q/${size}-${i}`, randomBytes(size))),
    );
    const statuses = replies.map((reply) => reply.status);
    const stored = statuses.filter((status) => status === 201).length;
    assert.equal(stored, 500_000 / size, statuses.join());
    const refused = replies.filter((reply) => reply.status !== 201);
    for (const reply of refused)
      assert.deepEqual([reply.status, reply.json.code], [507, 'quota_exceeded']);
    assert.equal(await poor.usedBytes(), 500_000);
    assert.equal((await poor.remove('/q', { recursive: true })).status, 204);
  }
  await audit(stack);
});

test('deletes race uploads of the same content', async () => {
  for (let round = 0; round < 20; ++round) {
    const content = randomBytes(1000);
    await disk.put('/same-a', content);
    const [removed, made] = await Promise.all([
      disk.remove('/same-a'),
      disk.put('/same-b', content),
    ]);
    assert.deepEqual([removed.status, made.status], [204, 201]);
    assert.equal(sha256((await disk.get('/same-b')).body), sha256(content));
    await disk.remove('/same-b');
  }
});
