// Large files whose objects are not on the entry machine's disk: the storages of their group send them
// by HTTP; where those cannot be reached that way, the program streams them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { sha256, signUp } from './lib/disk.mjs';
import { startStack } from './lib/stack.mjs';

const stack = await startStack();
after(() => stack.destroy());

async function configure(change) {
  await writeFile(stack.configuration, change(await readFile(stack.configuration, 'utf8')));
  await stack.up();
}

const content = randomBytes(3_000_000);
let disk;

// nginx looks for object files below storage/; here they lie beside it.
before(async () => {
  const folder = `${stack.home}/elsewhere`;
  await mkdir(folder);
  await configure((text) => text.replace(/^data_directory = .*$/m, `data_directory = "${folder}/1a"`));
  disk = await signUp(stack.url);
  assert.equal((await disk.put('/影.mp4', content)).status, 201);
});

async function servesIt() {
  const whole = await disk.get('/影.mp4');
  assert.equal(whole.status, 200);
  assert.ok(whole.body.equals(content));
  assert.equal(whole.headers.etag, `"${sha256(content)}"`);
  assert.equal(whole.headers['content-type'], 'video/mp4');
  assert.equal(
    whole.headers['content-disposition'],
    `inline; filename="___.mp4"; filename*=UTF-8''%E5%BD%B1.mp4`,
  );
  assert.equal(whole.headers['cache-control'], 'private, no-cache');
  assert.match(whole.headers['last-modified'], / GMT$/);
  const range = 'bytes=1000000-1999999';
  const part = await disk.get('/影.mp4', { range, 'if-range': whole.headers.etag });
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(content.subarray(1_000_000, 2_000_000)));
  assert.equal(part.headers['content-range'], 'bytes 1000000-1999999/3000000');
  assert.equal((await disk.head('/影.mp4')).headers['content-length'], '3000000');
}

// Only the storage answers several ranges with several parts.
const parts = async () =>
  (await disk.get('/影.mp4', { range: 'bytes=0-1,5-6' })).headers['content-type'];

test('the storages of the group send it', async () => {
  await servesIt();
  assert.match(await parts(), /^multipart\/byteranges; /);
});

test('what the storages refuse by HTTP is streamed', async () => {
  // Less than the minute that `download` signs for, as when the clocks of two machines differ.
  const line = 'http_max_url_life_s = 1\n';
  await configure((text) => text.replace(/^http_listen = /m, `${line}http_listen = `));
  await servesIt();
  assert.equal(await parts(), 'video/mp4');
  await configure((text) => text.replace(line, ''));
});

test('without HTTP at the storages it is streamed', async () => {
  await configure((text) => text.replace(/^http_listen = .*\n/m, ''));
  await servesIt();
  assert.equal(await parts(), 'video/mp4');
});
