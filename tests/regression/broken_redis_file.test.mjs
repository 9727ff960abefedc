// A power cut left zeros at the end of Redis's append-only file. Redis refused to start, and with it
// the whole stack, although Redis holds nothing that cannot be made again.
import assert from 'node:assert/strict';
import { appendFile, readdir, truncate } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { signUp } from '../integration/lib/disk.mjs';
import { useStack } from '../integration/lib/stack.mjs';

const stack = await useStack();
const folder = path.join(stack.home, 'redis/appendonlydir');

// Redis must be down while its files change, and come back as it is.
async function breakAndRestart(damage) {
  process.kill(await stack.pid('redis'), 'SIGKILL');
  await damage();
  await stack.restart('redis');
}

async function fileEnding(suffix) {
  const name = (await readdir(folder)).find((each) => each.endsWith(suffix));
  assert.ok(name, `no ${suffix} in ${folder}`);
  return path.join(folder, name);
}

test('zeros at the end of the append-only file', async () => {
  await signUp(stack.url);
  await breakAndRestart(async () => appendFile(await fileEnding('.incr.aof'), Buffer.alloc(3000)));
  await signUp(stack.url);
});

test('a list of files that is empty', async () => {
  await breakAndRestart(async () => truncate(await fileEnding('.manifest')));
  await signUp(stack.url);
});
