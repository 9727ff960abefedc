// The tree: folders, listings, moves, deletes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freshName, signUp } from './lib/disk.mjs';
import { useStack } from './lib/stack.mjs';

const stack = await useStack();

const makeFolder = (disk, path, parents) => disk.call('POST', '/folders', { path, parents });
const move = (disk, from, to, more = {}, headers = {}) =>
  disk.call('POST', '/move', { from, to, ...more }, headers);
const names = async (disk, path, limit) => (await disk.list(path, limit)).map((e) => e.name);

test('folders are made one by one or with their parents', async () => {
  const disk = await signUp(stack.url);
  assert.equal((await makeFolder(disk, '/a')).status, 201);
  assert.equal((await makeFolder(disk, '/a')).status, 409);
  assert.equal((await makeFolder(disk, '/a', true)).status, 200);
  assert.equal((await makeFolder(disk, '/b/c/d')).status, 404);
  assert.equal((await makeFolder(disk, '/b/c/d', true)).status, 201);
  assert.equal((await disk.entry('/b/c')).json.kind, 'folder');
  assert.equal((await disk.put('/file', 'x')).status, 201);
  assert.equal((await makeFolder(disk, '/file')).status, 409);
  assert.equal((await makeFolder(disk, '/file/below', true)).status, 409);
  assert.equal((await makeFolder(disk, '/')).status, 409);
});

test('a listing is folders first, in natural order, the same through every window', async () => {
  const disk = await signUp(stack.url);
  const files = ['file 1', 'file 2', 'file 10', 'file 20', 'file 100', '文件', 'Z', 'ä', '😀'];
  const folders = ['folder 9', 'folder 10', 'x'];
  for (const name of files) assert.equal((await disk.put(`/list/${name}`, name)).status, 201);
  for (const name of folders) assert.equal((await makeFolder(disk, `/list/${name}`)).status, 201);
  const all = await names(disk, '/list');
  assert.equal(all.length, files.length + folders.length);
  assert.deepEqual(all.slice(0, 3), folders);
  const numbered = all.filter((name) => name.startsWith('file '));
  assert.deepEqual(numbered, ['file 1', 'file 2', 'file 10', 'file 20', 'file 100']);
  for (const limit of [1, 2, 5, 11, 12, 13])
    assert.deepEqual(await names(disk, '/list', limit), all);
});

test('a window stays where it is while the folder changes', async () => {
  const disk = await signUp(stack.url);
  for (let i = 0; i < 20; ++i) await disk.put(`/w/${String(i).padStart(2, '0')}`, `${i}`);
  const first = await disk.call('GET', '/files?path=/w&limit=10');
  await disk.remove('/w/09');
  await disk.put('/w/00a', 'new, before the cursor');
  const cursor = encodeURIComponent(first.json.next_cursor);
  const second = await disk.call('GET', `/files?path=/w&limit=100&cursor=${cursor}`);
  assert.deepEqual(
    second.json.entries.map((e) => e.name),
    Array.from({ length: 10 }, (_, i) => String(i + 10)),
  );
});

test('listings refuse bad limits and cursors', async () => {
  const disk = await signUp(stack.url);
  for (const query of [
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=-1',
    'limit=1.5',
    'cursor=x',
    `cursor=${'A'.repeat(3000)}`,
  ]) {
    const reply = await disk.call('GET', `/files?path=/&${query}`);
    assert.equal(reply.status, 400, query);
  }
  assert.equal((await disk.call('GET', '/files')).status, 400);
});

test('a change shows in the very next listing, and an unchanged one is 304', async () => {
  const disk = await signUp(stack.url);
  const list = (etag) =>
    disk.call('GET', '/files?path=/', undefined, etag ? { 'if-none-match': etag } : {});
  for (let i = 0; i < 20; ++i) {
    const before = await list();
    assert.equal((await list(before.headers.etag)).status, 304);
    assert.equal((await disk.put(`/${i}`, `${i}`)).status, 201);
    const now = await list(before.headers.etag);
    assert.equal(now.status, 200);
    assert.equal(now.json.entries.length, i + 1);
  }
});

test('moving and renaming', async () => {
  const disk = await signUp(stack.url);
  await disk.put('/a/b/file.txt', 'content');
  await disk.put('/other.txt', 'other');
  const {
    json: { etag },
  } = await disk.entry('/a/b/file.txt');
  assert.equal((await move(disk, '/a/b/file.txt', '/a/b/new.txt')).json.name, 'new.txt');
  assert.equal((await disk.entry('/a/b/file.txt')).status, 404);
  assert.equal((await disk.get('/a/b/new.txt')).text, 'content');
  assert.equal((await move(disk, '/a/b', '/moved')).status, 200);
  assert.equal((await disk.get('/moved/new.txt')).headers.etag, etag);
  assert.equal((await disk.get('/a/b/new.txt')).status, 404);

  assert.equal((await move(disk, '/nowhere', '/x')).status, 404);
  assert.equal((await move(disk, '/other.txt', '/no/parent')).status, 404);
  assert.equal((await move(disk, '/other.txt', '/moved/new.txt')).status, 409);
  assert.equal((await move(disk, '/other.txt', '/moved', { replace: true })).status, 409);
  assert.equal((await move(disk, '/moved', '/other.txt', { replace: true })).status, 409);
  assert.equal(
    (await move(disk, '/other.txt', '/moved/new.txt', {}, { 'if-match': '"x"' })).status,
    412,
  );
  assert.equal((await move(disk, '/other.txt', '/moved/new.txt', { replace: true })).status, 200);
  assert.equal((await disk.get('/moved/new.txt')).text, 'other');
  assert.equal(await disk.usedBytes(), 'other'.length);
});

test('a folder cannot move into itself', async () => {
  const disk = await signUp(stack.url);
  await makeFolder(disk, '/a/b/c', true);
  for (const to of ['/a/b/c/d', '/a/x', '/a/b/x']) {
    const status = (await move(disk, '/a', to)).status;
    assert.ok([400, 409].includes(status), `${to}: ${status}`);
  }
  const root = (await move(disk, '/', '/a/root')).status;
  assert.ok([400, 409].includes(root));
  assert.equal((await disk.entry('/a/b/c')).status, 200);
});

test('two folders moved into each other at once never make a ring', async () => {
  const disk = await signUp(stack.url);
  for (let round = 0; round < 10; ++round) {
    await makeFolder(disk, `/${round}/a`, true);
    await makeFolder(disk, `/${round}/b`);
    const replies = await Promise.all([
      move(disk, `/${round}/a`, `/${round}/b/a`),
      move(disk, `/${round}/b`, `/${round}/a/b`),
    ]);
    const moved = replies.filter((reply) => reply.status === 200).length;
    assert.equal(moved, 1, replies.map((r) => r.text).join());
    assert.equal((await names(disk, `/${round}`)).length, 1);
  }
});

test('deleting', async () => {
  const disk = await signUp(stack.url);
  await disk.put('/a/b/c.txt', 'content');
  await disk.put('/a/d.txt', 'more content');
  assert.equal((await disk.remove('/a')).status, 409);
  assert.equal((await disk.remove('/a', { recursive: true })).status, 204);
  assert.equal((await disk.entry('/a/b/c.txt')).status, 404);
  assert.equal((await disk.remove('/a')).status, 404);
  assert.equal(await disk.usedBytes(), 0);
  await makeFolder(disk, '/empty');
  assert.equal((await disk.remove('/empty')).status, 204);
  const root = (await disk.remove('/', { recursive: true })).status;
  assert.ok([400, 409].includes(root), `root: ${root}`);
});

test('a folder where a file should be, a file where a folder should be', async () => {
  const disk = await signUp(stack.url);
  await makeFolder(disk, '/folder');
  await disk.put('/file', 'x');
  assert.equal((await disk.put('/folder', 'x')).status, 409);
  assert.equal((await disk.put('/folder', Buffer.alloc(300_000))).status, 409);
  assert.equal((await disk.put('/file/below', 'x')).status, 409);
  assert.equal((await disk.put('/file/below', Buffer.alloc(300_000))).status, 409);
  assert.equal((await disk.get('/folder')).status, 409);
  assert.equal((await disk.call('GET', '/files?path=/file')).status, 409);
});

test('signed links', async () => {
  const disk = await signUp(stack.url);
  await disk.put('/clip 电影.mp4', 'moving pictures');
  const link = (await disk.call('POST', '/links', { path: '/clip 电影.mp4' })).json;
  assert.ok(link.url.startsWith(stack.url), link.url);
  assert.ok(Date.parse(link.expires_at) > Date.now());
  const { pathname } = new URL(link.url);
  const stranger = await signUp(stack.url);
  stranger.token = undefined;
  const got = await stranger.send('GET', pathname, { headers: { range: 'bytes=0-5' } });
  assert.equal(got.status, 206);
  assert.equal(got.text, 'moving');
  const [token, name] = pathname.split('/').slice(-2);
  for (let at = 0; at < token.length; at += 7) {
    const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    const reply = await stranger.send('GET', `/api/v1/signed/${forged}/${name}`);
    assert.equal(reply.status, 404, forged);
  }
  const query = encodeURIComponent('/clip 电影.mp4');
  const playlist = await disk.call('GET', `/playlist?path=${query}`);
  const entry = playlist.text.split('\n').find((line) => line.startsWith('http'));
  assert.equal((await stranger.send('GET', new URL(entry).pathname)).text, 'moving pictures');
  await disk.remove('/clip 电影.mp4');
  assert.equal((await stranger.send('GET', pathname)).status, 404);
});

test('another user: every verb on every path is 404', async () => {
  const owner = await signUp(stack.url, freshName('owner'));
  const thief = await signUp(stack.url, freshName('thief'));
  await owner.put('/secret/plans.txt', 'the plans');
  await owner.put('/secret/large.bin', Buffer.alloc(300_000, 1));
  for (const path of ['/secret/plans.txt', '/secret/large.bin', '/secret']) {
    const replies = {
      get: await thief.get(path),
      head: await thief.head(path),
      remove: await thief.remove(path, { recursive: true }),
      entry: await thief.entry(path),
      list: await thief.call('GET', `/files?path=${path}`),
      from: await move(thief, path, '/mine'),
      link: await thief.call('POST', '/links', { path }),
      playlist: await thief.call('GET', `/playlist?path=${path}`),
    };
    for (const [verb, reply] of Object.entries(replies)) {
      assert.equal(reply.status, 404, `${verb} ${path}`);
      assert.ok(
        !reply.text.includes('plans.txt') || verb === 'head' || path.includes('plans'),
        verb,
      );
    }
    for (const method of [
      'POST',
      'PATCH',
      'OPTIONS',
      'PROPFIND',
      'MOVE',
      'COPY',
      'MKCOL',
      'LOCK',
    ]) {
      const status = (await thief.content(method, path, {})).status;
      assert.ok([404, 405, 501].includes(status), `${method} ${path}: ${status}`);
    }
  }
  // A path of the same name is the thief's own.
  assert.equal((await thief.put('/secret/plans.txt', 'mine')).status, 201);
  assert.equal((await owner.get('/secret/plans.txt')).text, 'the plans');
});
