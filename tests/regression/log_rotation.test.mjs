// A log that reached its size could not be compressed for want of a program, and then the logger
// tried for ever: its service could not log and `down` hung.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { request } from '../integration/lib/http.mjs';
import { until } from '../integration/lib/process.mjs';
import { useStack } from '../integration/lib/stack.mjs';

const stack = await useStack();

const LOG_FILE_BYTES = 10 * 2 ** 20;
const TARGET = `/api/v1/me?${'x'.repeat(7000)}`;

test('a full log is rotated and compressed', async () => {
  const folder = path.join(stack.logs, 'nginx');
  for (let logged = 0; logged <= LOG_FILE_BYTES; logged += TARGET.length) {
    assert.equal((await request(stack.url, { target: TARGET })).status, 401);
  }
  let rotated;
  await until('a rotated log', async () => {
    rotated = (await readdir(folder)).find((name) => /^@.*\.s$/.test(name));
    return rotated !== undefined;
  });
  const text = gunzipSync(await readFile(path.join(folder, rotated))).toString();
  assert.ok(text.includes('"GET '), 'the compressed log holds lines of the log');
});
