// PUT, GET, HEAD and DELETE of content: lengths, conditions, digests, ranges, headers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { sha256, signUp } from './lib/disk.mjs';
import { scratchFolder, useStack } from './lib/stack.mjs';

const execute = promisify(execFile);
const stack = await useStack();
const disk = await signUp(stack.url);
const scratch = await mkdtemp(path.join(scratchFolder(), 'content-'));
after(() => rm(scratch, { recursive: true, force: true }));

// Around every boundary the chain has: memory or spool (100 KiB), nginx's buffers, records, pieces.
const SIZES = [
  0, 1, 4095, 4096, 8192, 65535, 65536, 102399, 102400, 102401, 131072, 262144, 262145, 1048576,
  1048577, 5_000_000,
];

for (const size of SIZES) {
  test(`${size} bytes go up and come back`, async () => {
    const content = randomBytes(size);
    const put = await disk.put(`/sizes/${size}.bin`, content);
    assert.equal(put.status, 201, put.text);
    assert.equal(put.json.size, size);
    assert.equal(put.json.sha256, sha256(content));
    assert.equal(put.headers.etag, put.json.etag);
    const got = await disk.get(`/sizes/${size}.bin`);
    assert.equal(got.status, 200);
    assert.equal(Number(got.headers['content-length']), size);
    assert.equal(got.headers.etag, put.json.etag);
    assert.ok(got.body.equals(content));
    const head = await disk.head(`/sizes/${size}.bin`);
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    for (const name of [
      'content-length',
      'content-type',
      'etag',
      'accept-ranges',
      'last-modified',
    ]) {
      assert.equal(head.headers[name], got.headers[name], name);
    }
  });

  test(`${size} bytes without a known length`, async () => {
    const content = randomBytes(size);
    const put = await disk.put(`/chunked/${size}.bin`, Readable.from(slices(content)));
    assert.equal(put.status, 201, put.text);
    assert.equal(put.json.sha256, sha256(content));
    assert.ok((await disk.get(`/chunked/${size}.bin`)).body.equals(content));
  });
}

function* slices(content) {
  const piece = 50_000;
  for (let at = 0; at < content.length; at += piece) yield content.subarray(at, at + piece);
}

test('a second PUT replaces, and the ETag changes with the content only', async () => {
  const first = await disk.put('/replace.txt', 'one');
  const second = await disk.put('/replace.txt', 'two');
  const third = await disk.put('/replace.txt', 'one');
  assert.deepEqual([first.status, second.status, third.status], [201, 200, 200]);
  assert.equal(first.json.id, second.json.id);
  assert.notEqual(first.json.etag, second.json.etag);
  assert.equal(first.json.etag, third.json.etag);
  assert.equal((await disk.get('/replace.txt')).text, 'one');
});

test('conditions on PUT, small and large', async () => {
  for (const size of [10, 200_000]) {
    const target = `/condition-${size}`;
    const content = () => randomBytes(size);
    const none = { 'if-none-match': '*' };
    assert.equal((await disk.put(target, content(), { 'if-match': '"nothing"' })).status, 412);
    assert.equal((await disk.put(target, content(), { 'if-match': '*' })).status, 412);
    const made = await disk.put(target, content(), none);
    assert.equal(made.status, 201);
    assert.equal((await disk.put(target, content(), none)).status, 412);
    assert.equal((await disk.put(target, content(), { 'if-match': '"other"' })).status, 412);
    assert.equal((await disk.get(target)).headers.etag, made.json.etag);
    const etag = { 'if-match': `"other", ${made.json.etag}` };
    assert.equal((await disk.put(target, content(), etag)).status, 200);
    assert.equal((await disk.put(target, content(), { 'if-match': made.json.etag })).status, 412);
  }
});

test('conditions on GET and DELETE', async () => {
  const {
    json: { etag },
  } = await disk.put('/conditional.txt', 'content');
  const same = await disk.get('/conditional.txt', { 'if-none-match': `"x", W/${etag}` });
  assert.equal(same.status, 304);
  assert.equal(same.body.length, 0);
  assert.equal(same.headers.etag, etag);
  assert.equal((await disk.get('/conditional.txt', { 'if-none-match': '*' })).status, 304);
  assert.equal((await disk.get('/conditional.txt', { 'if-none-match': '"x"' })).status, 200);
  assert.equal((await disk.remove('/conditional.txt', { 'if-match': '"x"' })).status, 412);
  assert.equal((await disk.remove('/conditional.txt', { 'if-match': etag })).status, 204);
  assert.equal((await disk.get('/conditional.txt')).status, 404);
});

test('Repr-Digest is held against the content', async () => {
  for (const size of [1000, 300_000]) {
    const content = randomBytes(size);
    const digest = createHash('sha256').update(content).digest('base64');
    const put = (value) => disk.put(`/digest-${size}`, content, { 'repr-digest': value });
    const wrong = await put(`sha-256=:${createHash('sha256').update('other').digest('base64')}:`);
    assert.equal(wrong.status, 400, wrong.text);
    assert.equal(wrong.json.code, 'digest_mismatch');
    for (const broken of ['sha-256', 'sha-256=abc', 'sha-256=:???:', 'sha-256=:AAAA:', ':', '=']) {
      assert.equal((await put(broken)).status, 400, broken);
    }
    assert.equal((await disk.get(`/digest-${size}`)).status, 404);
    assert.equal((await put(`unixsum=:AAA=:, sha-256=:${digest}:`)).status, 201);
  }
});

for (const size of [5000, 700_000]) {
  test(`ranges of ${size} bytes`, async () => {
    const content = randomBytes(size);
    const {
      json: { etag },
    } = await disk.put(`/range-${size}`, content);
    const get = (range, more = {}) => disk.get(`/range-${size}`, { range, ...more });
    const parts = [
      ['bytes=0-0', 0, 1],
      ['bytes=0-99', 0, 100],
      ['bytes=100-', 100, size],
      ['bytes=-1', size - 1, size],
      ['bytes=-500', size - 500, size],
      [`bytes=${size - 1}-`, size - 1, size],
      [`bytes=10-${size * 2}`, 10, size],
      [`bytes=-${size * 2}`, 0, size],
    ];
    for (const [range, from, to] of parts) {
      const reply = await get(range);
      assert.equal(reply.status, 206, range);
      assert.equal(reply.headers['content-range'], `bytes ${from}-${to - 1}/${size}`, range);
      assert.ok(reply.body.equals(content.subarray(from, to)), range);
      assert.equal(reply.headers.etag, etag, range);
    }
    for (const range of [`bytes=${size}-`, `bytes=${size}-${size + 5}`, 'bytes=-0']) {
      const reply = await get(range);
      assert.equal(reply.status, 416, range);
      assert.equal(reply.headers['content-range'], `bytes */${size}`, range);
    }
    // What is no valid range is no range.
    for (const range of ['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes', 'bytes=']) {
      const reply = await get(range);
      assert.ok(reply.status === 200 || reply.status === 416, `${range}: ${reply.status}`);
      if (reply.status === 200) assert.ok(reply.body.equals(content), range);
    }
    const several = await get('bytes=0-9,20-29');
    assert.ok([200, 206].includes(several.status), `several ranges: ${several.status}`);
    if (several.status === 200) assert.ok(several.body.equals(content));
    else assert.ok(several.body.includes(content.subarray(20, 30)));
    assert.equal((await get('bytes=0-9', { 'if-range': etag })).status, 206);
    assert.equal((await get('bytes=0-9', { 'if-range': '"other"' })).status, 200);
    const head = await disk.head(`/range-${size}`, { range: 'bytes=0-9' });
    assert.ok([200, 206].includes(head.status));
  });
}

test('content never runs as a page of ours', async () => {
  const active = {
    'page.html': '<script>alert(1)</script>',
    'page.htm': '<p>',
    'image.svg': '<svg onload="x()"/>',
    'data.xml': '<?xml version="1.0"?><x/>',
    'page.xhtml': '<html/>',
    'code.js': 'alert(1)',
    noextension: '<html><script>alert(1)</script>',
    'style.css': 'a{}',
    'archive.swf': 'FWS',
  };
  for (const [name, content] of Object.entries(active)) {
    assert.equal((await disk.put(`/active/${name}`, content)).status, 201);
    const { headers } = await disk.get(`/active/${name}`);
    assert.equal(headers['x-content-type-options'], 'nosniff', name);
    assert.match(headers['content-disposition'], /^attachment/, name);
    assert.match(headers['content-security-policy'], /sandbox/, name);
  }
  for (const name of ['photo.png', 'clip.mp4', 'notes.txt', 'paper.pdf', 'song.mp3']) {
    assert.equal((await disk.put(`/passive/${name}`, `content of ${name}`)).status, 201);
    const { headers } = await disk.get(`/passive/${name}`);
    assert.equal(headers['x-content-type-options'], 'nosniff', name);
    assert.doesNotMatch(headers['content-disposition'] ?? 'inline', /^attachment/, name);
    const target = `/api/v1/content/passive/${name}?download=1`;
    assert.match(
      (await disk.send('GET', target)).headers['content-disposition'],
      /^attachment/,
      name,
    );
  }
});

test('a large active file is as harmless as a small one', async () => {
  const page = '<script>alert(1)</script>'.padEnd(400_000, ' ');
  assert.equal((await disk.put('/active/large.html', page)).status, 201);
  for (const headers of [{}, { range: 'bytes=0-99' }]) {
    const reply = await disk.get('/active/large.html', headers);
    assert.equal(reply.headers['x-content-type-options'], 'nosniff');
    assert.match(reply.headers['content-disposition'], /^attachment/);
    assert.match(reply.headers['content-security-policy'], /sandbox/);
  }
});

test('curl -T to a folder URL, with Expect: 100-continue', async () => {
  for (const size of [20_000, 3_000_000]) {
    const name = `curl ${size} 文件.bin`;
    const content = randomBytes(size);
    await writeFile(path.join(scratch, name), content);
    await execute('curl', [
      '-sS',
      '--fail',
      '-T',
      path.join(scratch, name),
      '-H',
      `Authorization: Bearer ${disk.token}`,
      '-H',
      'Expect: 100-continue',
      `${stack.url}/api/v1/content/From%20curl/`,
    ]);
    assert.ok((await disk.get(`/From curl/${name}`)).body.equals(content));
  }
});

test('curl -T - (chunked, standard input)', async () => {
  const command =
    'head -c 500000 /dev/zero | curl -sS --fail -T - -H "Authorization: Bearer $T" "$U"';
  await execute('sh', ['-c', command], {
    env: { ...process.env, T: disk.token, U: `${stack.url}/api/v1/content/zeros` },
  });
  assert.ok((await disk.get('/zeros')).body.equals(Buffer.alloc(500_000)));
});

test('the same content many times is stored once and counted each time', async () => {
  const someone = await signUp(stack.url);
  const content = randomBytes(150_000);
  for (let i = 0; i < 3; ++i) {
    assert.equal((await someone.put(`/copy ${i}`, content)).status, 201);
  }
  assert.equal(await someone.usedBytes(), 450_000);
  const rows = await stack.sql(
    `SELECT refs FROM blobs WHERE sha256 = UNHEX('${sha256(content)}') AND live = 1`,
  );
  assert.deepEqual(rows, [['3']]);
  assert.equal((await someone.remove('/copy 0')).status, 204);
  assert.equal(await someone.usedBytes(), 300_000);
  assert.ok((await someone.get('/copy 1')).body.equals(content));
});
