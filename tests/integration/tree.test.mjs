// Real data: thousands of files as Debian installs them, and names as people make them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { audit } from './lib/audit.mjs';
import { sha256, signUp } from './lib/disk.mjs';
import { useStack } from './lib/stack.mjs';

const stack = await useStack();

const SOURCE = '/usr/share';
const WANTED_FILES = 5000;
const MAX_FILE_BYTES = 8 * 2 ** 20;
const WORKERS = 6;

// The first files below `folder` in the order of the file system, until there are enough.
async function* realFiles(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* realFiles(file);
    else if (entry.isFile() && (await stat(file)).size <= MAX_FILE_BYTES) yield file;
  }
}

async function someRealFiles() {
  const files = [];
  for await (const file of realFiles(SOURCE)) {
    if (files.push(file) === WANTED_FILES) break;
  }
  return files;
}

// Runs `work` for every item, several at a time.
async function inParallel(items, work) {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (let item; (item = queue.pop()) !== undefined;) await work(item);
    }),
  );
}

test(`${WANTED_FILES} real files go up and come back identical`, async () => {
  const disk = await signUp(stack.url);
  const files = await someRealFiles();
  assert.equal(files.length, WANTED_FILES, `${SOURCE} has too few files`);
  const sums = new Map();
  let bytes = 0;
  await inParallel(files, async (file) => {
    const content = await readFile(file);
    bytes += content.length;
    sums.set(file, sha256(content));
    const reply = await disk.put(file, content);
    assert.equal(reply.status, 201, `${file}: ${reply.text}`);
    assert.equal(reply.json.sha256, sums.get(file), file);
  });
  assert.equal(await disk.usedBytes(), bytes);
  await inParallel(files, async (file) => {
    const reply = await disk.get(file);
    assert.equal(reply.status, 200, `${file}: ${reply.text}`);
    assert.equal(sha256(reply.body), sums.get(file), file);
  });
  assert.equal(await countFiles(disk, '/'), files.length);
  await audit(stack);
  assert.equal((await disk.remove('/usr', { recursive: true })).status, 204);
  assert.equal(await disk.usedBytes(), 0);
});

async function countFiles(disk, folder) {
  let count = 0;
  for (const entry of await disk.list(folder)) {
    count += entry.kind === 'folder' ? await countFiles(disk, entry.path) : 1;
  }
  return count;
}

const NAMES = [
  'plain',
  'with space',
  ' leading and trailing ',
  'tab-free but long '.repeat(10),
  '中文文件名.txt',
  '日本語',
  'русский',
  'العربية',
  '😀🎬🏳️‍🌈.mp4',
  'é (composed)',
  'e\u0301 (combining)',
  '#hash?query&amp',
  '100%',
  '%41',
  '%2e%2e',
  'a+b',
  'semi;colon',
  'quote"quote',
  "it's",
  'back\\slash',
  'colon:colon',
  '...',
  '.hidden',
  '..double',
  '-dash',
  '~',
  '*',
  '<tag>',
  '|pipe|',
  '$HOME',
  '`x`',
  '{}',
  '[]',
  '^',
  'ß',
  'ﬁ',
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  '\u200Bzero width',
  'x'.repeat(255),
  '文'.repeat(85),
  '😀'.repeat(63),
  'CON',
  'nul.txt',
  'name.',
  'index.html',
  'Ünïcödé',
];

test('names as people make them', async () => {
  const disk = await signUp(stack.url);
  for (const name of NAMES) {
    const content = `content of ${name}`;
    const put = await disk.put(`/names/${name}`, content);
    assert.equal(put.status, 201, `${name}: ${put.text}`);
    assert.equal(put.json.name, name);
    assert.equal((await disk.get(`/names/${name}`)).text, content, name);
    assert.equal((await disk.entry(`/names/${name}`)).json.name, name);
  }
  const listed = (await disk.list('/names', 7)).map((entry) => entry.name);
  assert.deepEqual([...listed].sort(), [...NAMES].sort());
});

test('an attachment is named as the file is', async () => {
  const disk = await signUp(stack.url);
  for (const name of ['报告 "2026".pdf', 'a;b=c.txt', '😀.bin', "it's.html"]) {
    await disk.put(`/${name}`, 'x');
    const target = `/api/v1/content/${encodeURIComponent(name)}?download=1`;
    const disposition = (await disk.send('GET', target)).headers['content-disposition'];
    assert.equal(fileName(disposition), name, disposition);
  }
});

// As a browser reads it: the extended form (RFC 8187) wins over the quoted one.
function fileName(disposition) {
  const extended = disposition.match(/filename\*=UTF-8''([^;]+)/i);
  if (extended) return decodeURIComponent(extended[1]);
  return disposition.match(/filename="((?:[^"\\]|\\.)*)"/)?.[1];
}

test('an empty file is a file', async () => {
  const disk = await signUp(stack.url);
  const put = await disk.put('/empty', '');
  assert.equal(put.json.sha256, createHash('sha256').digest('hex'));
  assert.equal(put.json.size, 0);
  const got = await disk.get('/empty');
  assert.equal(got.status, 200);
  assert.equal(got.headers['content-length'], '0');
});

test('a folder deeper and wider than anyone makes it', async () => {
  const disk = await signUp(stack.url);
  const deep = '/d'.repeat(500);
  assert.equal((await disk.put(`${deep}/file`, 'deep')).status, 201);
  assert.equal((await disk.get(`${deep}/file`)).text, 'deep');
  await inParallel(
    Array.from({ length: 1500 }, (_, i) => i),
    async (i) => {
      assert.equal((await disk.put(`/wide/${i}`, `${i}`)).status, 201);
    },
  );
  const names = (await disk.list('/wide', 333)).map((entry) => entry.name);
  assert.deepEqual(
    names,
    Array.from({ length: 1500 }, (_, i) => String(i)),
  );
});
