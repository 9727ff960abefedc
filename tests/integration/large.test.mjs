// A file larger than any buffer, and a real video, with an eye on everyone's memory.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { audit } from './lib/audit.mjs';
import { sha256, signUp } from './lib/disk.mjs';
import { MemoryWatch } from './lib/memory.mjs';
import { scratchFolder, useStack } from './lib/stack.mjs';

const execute = promisify(execFile);
const stack = await useStack();

const HUGE_BYTES = 2 * 2 ** 30;
const PIECE_BYTES = 2 ** 20;
const MAX_RESIDENT_BYTES = 100 * 2 ** 20;

// Bytes that no store can compress or leave out as zeros: AES in counter mode over zeros.
function* pseudoRandom(bytes) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(PIECE_BYTES);
  for (let at = 0; at < bytes; at += PIECE_BYTES) {
    yield cipher.update(zeros.subarray(0, Math.min(PIECE_BYTES, bytes - at)));
  }
}

function hashing() {
  const hash = createHash('sha256');
  const sink = new Writable({
    write(piece, _encoding, done) {
      hash.update(piece);
      done();
    },
  });
  return { sink, digest: () => hash.digest('hex') };
}

test(
  '2 GiB go up and come down, and nobody holds them in memory',
  { timeout: 240_000 },
  async () => {
    const disk = await signUp(stack.url);
    const watch = await MemoryWatch.start(stack);
    const sent = createHash('sha256');
    function* source() {
      for (const piece of pseudoRandom(HUGE_BYTES)) {
        sent.update(piece);
        yield piece;
      }
    }
    const put = await disk.put('/huge.bin', Readable.from(source()), {
      'content-length': HUGE_BYTES,
    });
    assert.equal(put.status, 201, put.text);
    const sum = sent.digest('hex');
    assert.equal(put.json.sha256, sum);
    assert.equal(put.json.size, HUGE_BYTES);

    const { sink, digest } = hashing();
    const got = await disk.send('GET', '/api/v1/content/huge.bin', { sink });
    assert.equal(got.status, 200);
    assert.equal(digest(), sum);

    const tail = await disk.get('/huge.bin', { range: 'bytes=2147483640-' });
    assert.equal(tail.status, 206);
    assert.equal(tail.body.length, 8);
    const peaks = await watch.stop();
    for (const [name, bytes] of peaks) {
      assert.ok(bytes < MAX_RESIDENT_BYTES, `${name} grew to ${(bytes / 2 ** 20).toFixed(0)} MiB`);
    }
    await disk.remove('/huge.bin');
    await audit(stack);
  },
);

test('a real video, with the seeks of a player', async (t) => {
  const scratch = await mkdtemp(path.join(scratchFolder(), 'video-'));
  after(() => rm(scratch, { recursive: true, force: true }));
  const file = path.join(scratch, 'film.mp4');
  await execute('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=640x360:rate=25:duration=20',
    '-f',
    'lavfi',
    '-i',
    'sine=frequency=440:duration=20',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    file,
  ]);
  const content = await readFile(file);
  const disk = await signUp(stack.url);
  const put = await disk.put('/Films/电影 film.mp4', createReadStream(file));
  assert.equal(put.status, 201, put.text);
  assert.equal(put.json.type, 'video/mp4');

  await t.test("every range is the file's", async () => {
    for (let at = 0; at < content.length; at += Math.ceil(content.length / 40)) {
      const range = `bytes=${at}-${at + 65535}`;
      const reply = await disk.get('/Films/电影 film.mp4', { range });
      assert.equal(reply.status, 206);
      assert.equal(sha256(reply.body), sha256(content.subarray(at, at + 65536)));
      assert.equal(reply.headers['content-type'], 'video/mp4');
    }
  });

  await t.test('a player finds its way from a signed link', async () => {
    const link = (await disk.call('POST', '/links', { path: '/Films/电影 film.mp4' })).json.url;
    const { stdout } = await execute('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'format=duration',
      '-of',
      'csv=p=0',
      link,
    ]);
    assert.ok(Math.abs(Number(stdout) - 20) < 0.2, stdout);
    // Decoding from the middle needs a seek over HTTP.
    await execute('ffmpeg', [
      '-v',
      'error',
      '-xerror',
      '-ss',
      '12',
      '-i',
      link,
      '-t',
      '2',
      '-f',
      'null',
      '-',
    ]);
  });
});
