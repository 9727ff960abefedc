// Objects over HTTP straight from the storage, and through the entry server's /group/.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { after, test } from 'node:test';

import { sha256 } from './lib/disk.mjs';
import { request } from './lib/http.mjs';
import { UrlSigner } from './lib/object_url.mjs';
import { run } from './lib/process.mjs';
import { RawConnection, exchange } from './lib/raw.mjs';
import { useStack } from './lib/stack.mjs';
import * as wire from './lib/wire.mjs';

const stack = await useStack();
const secret = await stack.secret();
const signer = new UrlSigner(secret);
const storage = `http://${stack.storage_http}`;
const connection = await wire.WireConnection.open(stack.storage, secret);
after(() => connection.close());

const RUN = randomBytes(6).toString('hex');
let count = 0;
async function store(content, more = {}) {
  count += 1;
  const key = { application: 'test', user: 'tester', file: `1/http-${RUN}-${count}`, ...more };
  const reply = await connection.call(wire.upload(key, content));
  assert.equal(reply.status, 0, reply.error?.text);
  return key;
}
const get = (target, headers = {}, method = 'GET') =>
  request(storage, { method, target, headers });
const head = (target, fields = '', method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: test\r\n${fields}\r\n`;

for (const size of [0, 1, 4096, 102_400, 3_000_000]) {
  test(`an object of ${size} bytes, whole and in ranges`, async () => {
    const content = randomBytes(size);
    const key = await store(content, { name: '影 片.mp4' });
    const target = signer.target(key);
    const whole = await get(target);
    assert.equal(whole.status, 200);
    assert.ok(whole.body.equals(content));
    assert.equal(whole.headers.etag, `"${sha256(content)}"`);
    assert.equal(whole.headers['content-type'], 'video/mp4');
    assert.equal(whole.headers['accept-ranges'], 'bytes');
    assert.equal(
      whole.headers['content-disposition'],
      `inline; filename="___ ___.mp4"; filename*=UTF-8''%E5%BD%B1%20%E7%89%87.mp4`,
    );
    const facts = await get(target, {}, 'HEAD');
    assert.equal(facts.status, 200);
    assert.equal(facts.headers['content-length'], String(size));
    assert.equal(facts.headers.etag, whole.headers.etag);
    assert.equal((await get(target, { 'if-none-match': whole.headers.etag })).status, 304);
    assert.equal((await get(target, { 'if-match': '"other"' })).status, 412);
    assert.equal((await get(target, { range: `bytes=${size}-` })).status, 416);
    if (size === 0) return;
    for (const [first, last] of [[0, 0], [0, size - 1], [size >> 1, size], [size - 1, size - 1]]) {
      const part = await get(target, { range: `bytes=${first}-${last}` });
      assert.equal(part.status, 206);
      assert.ok(part.body.equals(content.subarray(first, last + 1)));
      const end = Math.min(last, size - 1);
      assert.equal(part.headers['content-range'], `bytes ${first}-${end}/${size}`);
    }
    const changed = await get(target, { range: 'bytes=0-0', 'if-range': '"other"' });
    assert.ok(changed.status === 200 && changed.body.equals(content));
  });
}

test('several ranges come as one multipart body', async () => {
  const content = randomBytes(300_000);
  const target = signer.target(await store(content, { name: 'a.txt' }));
  const reply = await get(target, { range: 'bytes=-7,100-199999' });
  assert.equal(reply.status, 206);
  const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(reply.headers['content-type'])[1];
  const part = (first, last) =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
          `Content-Range: bytes ${first}-${last}/300000\r\n\r\n`,
      ),
      content.subarray(first, last + 1),
      Buffer.from('\r\n'),
    ]);
  const parts = [part(299_993, 299_999), part(100, 199_999), Buffer.from(`--${boundary}--\r\n`)];
  assert.ok(reply.body.equals(Buffer.concat(parts)));
});

test('what a browser could run is sandboxed and saved', async () => {
  const key = await store(Buffer.from('<script>'), { name: 'a.html' });
  const page = await get(signer.target(key));
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.headers['content-security-policy'], "sandbox; default-src 'none'");
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.match(page.headers['content-disposition'], /^attachment; /);
  const film = await get(signer.target(key, { type: 'video/mp4', disposition: 'attachment' }));
  assert.equal(film.headers['content-type'], 'video/mp4');
  assert.match(film.headers['content-disposition'], /^attachment; /);
});

test('no byte of a signed query can be changed', async () => {
  const target = signer.target(await store(Buffer.from('secret')), { method: 'GET' });
  assert.equal((await get(target)).text, 'secret');
  const query = target.indexOf('?') + 1;
  for (let at = query; at < target.length; ++at) {
    for (const flip of [1, 0x20]) {
      const altered = Buffer.from(target);
      altered[at] ^= flip;
      const reply = await exchange(storage, head(altered.toString('latin1')));
      assert.ok([400, 403].includes(reply.status), `${reply.status} for ${altered}`);
      assert.ok(!reply.body.includes('secret'));
    }
  }
  assert.equal((await get(`${target}&more=1`)).status, 403);
  assert.equal((await get(target.slice(0, -1))).status, 403);
});

test('a refusal says why, and not whether the object exists', async () => {
  const there = await store(Buffer.from('x'));
  const nowhere = { ...there, file: `1/nowhere-${RUN}` };
  const other = new UrlSigner(randomBytes(32));
  const cases = {
    unsigned: (key) => `/${key.file}`,
    altered: (key) => signer.target(key).replace('user=tester', 'user=other'),
    other_key: (key) => other.target(key),
    expired: (key) => signer.target(key, { life_s: -1 }),
    expires_too_late: (key) => signer.target(key, { life_s: 8 * 86_400 }),
    malformed: (key) => signer.target(key, { unknown: '1' }),
  };
  for (const [code, make] of Object.entries(cases)) {
    const one = await get(make(there));
    const two = await get(make(nowhere));
    assert.equal(one.json.code, code);
    assert.equal(one.status, code === 'malformed' ? 400 : 403);
    assert.equal(one.text, two.text, 'the same for one that is not there');
    assert.equal(one.headers['content-type'], 'application/problem+json');
  }
  assert.equal((await get(signer.target(nowhere))).status, 404);
  assert.equal((await get(signer.target({ ...there, user: 'other' }))).status, 404);
  assert.equal((await get('/')).json.code, 'not_an_object');
});

test('an address can be for less than the object', async () => {
  const key = await store(Buffer.from('0123456789'));
  const fenced = signer.target(key, { range: '2-5' });
  assert.equal((await get(fenced, { range: 'bytes=2-5' })).text, '2345');
  assert.equal((await get(fenced, { range: 'bytes=2-6' })).json.code, 'range_not_signed');
  assert.equal((await get(fenced)).status, 403);
  const facts = signer.target(key, { method: 'HEAD' });
  assert.equal((await get(facts, {}, 'HEAD')).status, 200);
  assert.equal((await get(facts)).json.code, 'method_not_signed');
});

test('a deleted object is gone', async () => {
  const key = await store(Buffer.from('x'));
  const target = signer.target(key);
  assert.equal((await connection.call(wire.remove(key))).status, 0);
  assert.equal((await get(target)).status, 404);
});

test('other methods, bodies and nonsense are refused', async () => {
  const target = signer.target(await store(Buffer.from('x')));
  for (const method of ['PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH']) {
    const reply = await get(target, {}, method);
    assert.equal(reply.status, 405);
    assert.equal(reply.headers.allow, 'GET, HEAD');
  }
  for (const [text, status] of [
    [head(target, 'Content-Length: 5\r\n'), 400],
    [head(target, `X: ${'x'.repeat(20_000)}\r\n`), 431],
    ['hello\r\n\r\n', 400],
  ]) {
    const client = await RawConnection.open(storage);
    client.send(text);
    const reply = await client.reply();
    assert.equal(reply.status, status);
    await client.end();
  }
});

test('requests can be pipelined; half a request harms nobody', async () => {
  const [one, two] = [await store(Buffer.from('one')), await store(randomBytes(200_000))];
  const half = await RawConnection.open(storage);
  half.send('GET / HTTP/1.1\r\nHost:');
  const client = await RawConnection.open(storage);
  const target = signer.target(one);
  client.send(
    head(target) + head(signer.target(two)) + head(target, '', 'HEAD') + head('/x') + head(target),
  );
  assert.equal((await client.reply()).body.toString(), 'one');
  assert.equal((await client.reply()).body.length, 200_000);
  assert.equal((await client.reply({ head: true })).headers['content-length'], '3');
  assert.equal((await client.reply()).status, 404);
  assert.equal((await client.reply()).body.toString(), 'one');
  client.close();
  half.close();
});

test('yundisk-cli prints addresses that work', async () => {
  const key = await store(Buffer.from('hello'));
  const options = ['--config', stack.configuration, '--application', 'test', '--user', 'tester'];
  const cli = (...args) => run(path.join(stack.binaries, 'yundisk-cli'), [...options, ...args]);
  const [url, ...more] = (await cli('url', key.file, '--name', '七.txt', '--for', '1m')).split('\n');
  assert.deepEqual(more, ['']);
  assert.ok(url.startsWith(`${storage}/${key.file}/%E4%B8%83.txt?`));
  const reply = await get(url.slice(storage.length));
  assert.equal(reply.text, 'hello');
  assert.equal(reply.headers['content-type'], 'text/plain; charset=utf-8');
  assert.deepEqual(JSON.parse(await cli('--json', 'url', key.file)).length, 1);
  await assert.rejects(cli('url', key.file, '--for', '1 fortnight'), /exit 1/);
});

test('the entry server passes /group/ on, untouched', async () => {
  const content = randomBytes(500_000);
  const target = signer.target(await store(content, { name: '影+片 %20.mp4' }));
  const entry = (headers = {}) =>
    request(stack.url, { target: `/group${target}`, headers });
  const whole = await entry();
  assert.equal(whole.status, 200);
  assert.ok(whole.body.equals(content));
  assert.equal(whole.headers.etag, `"${sha256(content)}"`);
  const part = await entry({ range: 'bytes=100000-300000' });
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(content.subarray(100_000, 300_001)));
  const refused = await request(stack.url, { target: `/group/1/1` });
  assert.equal(refused.json.code, 'unsigned');
  assert.equal((await request(stack.url, { target: '/group/none/1' })).status, 404);
});
