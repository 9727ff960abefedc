// kill -9 of a storage in the middle of a large upload or download: it goes on, and not one byte differs.
//
// YUNDISK_LARGE_MIB: how large (default 512; 1024 and more for a longer look).
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';

import { Cli } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { run, until } from '../integration/lib/process.mjs';
import { FOUR, allActive, startCluster } from './lib/cluster.mjs';
import { dataFolder, membersOf } from './lib/members.mjs';

const MIB = 2 ** 20;
const LARGE_BYTES = Number(process.env.YUNDISK_LARGE_MIB ?? 512) * MIB;
const POLL_MS = 120_000;

const { stack, scratch } = await startCluster();
const disk = await signUp(stack.url);
const cli = new Cli(stack);
const original = path.join(scratch, 'original');
const digest = await makeLargeFile(original);

// No two pieces are alike, so that a piece out of place is noticed.
async function makeLargeFile(file) {
  const hash = createHash('sha256');
  const handle = await open(file, 'w');
  for (let written = 0; written < LARGE_BYTES; written += MIB) {
    const piece = randomBytes(MIB);
    hash.update(piece);
    await handle.write(piece);
  }
  await handle.close();
  return hash.digest('hex');
}

async function digestOf(stream) {
  const hash = createHash('sha256');
  for await (const piece of stream) hash.update(piece);
  return hash.digest('hex');
}

async function usedBytes(service) {
  const text = await run('du', ['-sb', await dataFolder(stack, service)]).catch(() => '0');
  return Number.parseInt(text, 10);
}

// The storages that have grown by a tenth of the upload since `before`, once there is one; none when the upload has
// ended without.
async function receiving(before, uploading) {
  let grown = [];
  let ended = false;
  uploading.finally(() => (ended = true)).catch(() => {});
  await until(
    'a storage receives the upload',
    async () => {
      const now = await Promise.all(Object.keys(stack.storages).map(usedBytes));
      grown = Object.keys(stack.storages).filter((_, i) => now[i] - before[i] > LARGE_BYTES / 10);
      return ended || grown.length > 0;
    },
    POLL_MS,
  );
  return grown;
}

async function kill(service) {
  const pid = await stack.pid(service);
  assert.ok(pid, `${service} does not run`);
  process.kill(pid, 'SIGKILL');
}

// Kills the member of the group that is `turn`-th among those that have got something.
async function killReceiver(before, uploading, turn) {
  const [first] = await receiving(before, uploading);
  assert.ok(
    first,
    'the upload has ended before a storage was killed: YUNDISK_LARGE_MIB must be more',
  );
  const group = /(\d+)[a-z]+$/.exec(first)[1];
  await kill(membersOf(stack, group).at(turn));
}

for (const turn of [0, 1]) {
  test(`an upload by the command line, member ${turn} killed in the middle`, async () => {
    const before = await Promise.all(Object.keys(stack.storages).map(usedBytes));
    const uploading = cli.text('upload', original);
    await killReceiver(before, uploading, turn);
    const id = await uploading;
    assert.equal((await cli.json('stat', id)).sha256, digest);
    await allActive(stack, FOUR);
    await until(
      'every copy is healthy',
      async () => (await cli.run('verify', id)).code === 0,
      POLL_MS,
    );
    await cli.succeeds('delete', id);
  });

  test(`an upload through HTTP, member ${turn} killed in the middle`, async () => {
    const before = await Promise.all(Object.keys(stack.storages).map(usedBytes));
    const put = () =>
      disk.put('/large', createReadStream(original), { 'content-length': LARGE_BYTES });
    const uploading = put();
    // The spooled body grows a storage when it is adopted, and the partner when it is copied.
    await killReceiver(before, uploading, turn);
    let reply = await uploading;
    // The storage that had taken the body over died with it: the client is told to send it again.
    if (reply.status === 503) {
      await allActive(stack, FOUR);
      reply = await put();
    }
    assert.ok(reply.status === 201 || reply.status === 200 || reply.status === 204, reply.text);
    assert.equal(await downloadByHttp('/large', () => {}), digest);
    await allActive(stack, FOUR);
    assert.equal((await disk.remove('/large')).status, 204);
  });
}

test('a download by the command line continues at the next member', async () => {
  const id = await cli.text('upload', original);
  for (const member of [0, 1]) {
    const target = path.join(scratch, 'down');
    const serving = await cli.text('route', id);
    const service = Object.keys(stack.storages).find((name) =>
      serving.split('\n')[member].includes(stack.storages[name]),
    );
    const downloading = cli.succeeds('download', id, target);
    await until('a tenth has come', async () => {
      const part = await stat(`${target}.part`).catch(() => null);
      return part !== null && part.size > LARGE_BYTES / 10;
    });
    await kill(service);
    await downloading;
    assert.equal(await digestOf(createReadStream(target)), digest);
    await allActive(stack, FOUR);
  }
  await cli.succeeds('delete', id);
});

test('a download through HTTP resumes by Range at the next member, with the same ETag', async () => {
  await withoutLocalFiles();
  const put = await disk.put('/large', createReadStream(original), {
    'content-length': LARGE_BYTES,
  });
  assert.equal(put.status, 201, put.text);
  for (const service of Object.keys(stack.storages)) {
    assert.equal(await downloadByHttp('/large', () => kill(service)), digest, service);
    await allActive(stack, FOUR);
  }
  assert.ok(resumed > 0, 'no answer broke off');
});

// nginx goes on sending a file that it has open, whoever dies. As on a machine without a storage, where it has to ask those of
// the group.
async function withoutLocalFiles() {
  const text = await readFile(stack.nginx_configuration, 'utf8');
  await writeFile(
    stack.nginx_configuration,
    text.replace(`alias ${stack.home}/storage/;`, `alias ${stack.home}/nowhere/;`),
  );
  await stack.restart('nginx');
}

// The digest of what came; `middle` is called once a tenth has come. A broken answer is resumed by Range.
let resumed = 0;
async function downloadByHttp(name, middle) {
  let hash = createHash('sha256');
  let received = 0;
  let called;
  const sink = () =>
    new Writable({
      write(piece, _, done) {
        hash.update(piece);
        received += piece.length;
        if (!called && received > LARGE_BYTES / 10) called = middle();
        done();
      },
    });
  const { headers } = await disk.head(name);
  const end = Date.now() + POLL_MS;
  while (received < LARGE_BYTES) {
    assert.ok(Date.now() < end, `${received} bytes have come in ${POLL_MS} ms`);
    const range = received > 0 ? { range: `bytes=${received}-`, 'if-range': headers.etag } : {};
    const start = received;
    const before = hash.copy();
    if (start > 0) resumed += 1;
    const reply = await disk
      .content('GET', name, { headers: range, sink: sink() })
      .catch(() => null);
    if (reply === null) continue;
    if (reply.status === 502 || reply.status === 503) {
      // It died just now: a client tries again.
      hash = before;
      received = start;
      continue;
    }
    assert.equal(reply.status, start > 0 ? 206 : 200);
    assert.equal(reply.headers.etag, headers.etag);
  }
  await called;
  return hash.digest('hex');
}
