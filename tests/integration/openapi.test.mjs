// docs/openapi.yaml and the running service say the same: every operation and every answer the
// document promises is called for here and held against its schema, and nothing else is served.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';

import { Disk, PASSWORD, freshName, signUp } from './lib/disk.mjs';
import { loadOpenApi } from './lib/openapi.mjs';
import { until } from './lib/process.mjs';
import { exchange } from './lib/raw.mjs';
import { CHECKOUT, useStack } from './lib/stack.mjs';

const stack = await useStack();
const openapi = await loadOpenApi();
const anonymous = new Disk(stack.url);
let disk;

const FAR_TOO_MANY_BYTES = 2 ** 50;
const THROTTLED_ADDRESS = '127.77.0.2';
const MAX_ATTEMPTS_BEFORE_THROTTLE = 200;

before(async () => {
  disk = await signUp(stack.url);
  await disk.put('/folder/file.txt', 'content');
  await disk.put('/folder/film.mp4', 'moving pictures');
});

// Calls an operation and checks that the answer is a documented one with the status wanted.
async function answers(operation, status, call) {
  const reply = await call();
  assert.equal(reply.status, status, `${operation}: ${reply.text}`);
  return openapi.check(operation, reply);
}

function operation(id, cases) {
  for (const [status, call] of Object.entries(cases)) {
    test(`${id} ${status}`, () => answers(id, Number(status), call));
  }
}

const credentials = (username, password = PASSWORD) => ({ username, password });
// What another site's page could send: the cookie and nothing else.
const asForgedForm = (method, target, json) =>
  anonymous.call(method, target, json, { cookie: `yundisk_session=${disk.token}` });
const etagOf = async (target) => (await disk.head(target)).headers.etag;

operation('register', {
  201: () => anonymous.call('POST', '/users', credentials(freshName())),
  400: () => anonymous.call('POST', '/users', credentials(freshName(), 'short')),
  403: () => whileClosed(() => anonymous.call('POST', '/users', credentials(freshName()))),
  409: () => anonymous.call('POST', '/users', credentials(disk.user.username)),
});

operation('signIn', {
  201: () => anonymous.call('POST', '/sessions', credentials(disk.user.username)),
  400: () => anonymous.call('POST', '/sessions', { username: 'x' }),
  401: () => anonymous.call('POST', '/sessions', credentials(disk.user.username, 'a wrong guess')),
  429: () => guessUntilThrottled(),
});

operation('signOut', {
  204: async () => (await signUp(stack.url)).call('DELETE', '/sessions/current'),
  401: () => anonymous.call('DELETE', '/sessions/current'),
  403: () => asForgedForm('DELETE', '/sessions/current'),
});

operation('me', {
  200: () => disk.call('GET', '/me'),
  401: () => anonymous.call('GET', '/me'),
});

const passwords = (current_password, new_password) => ({ current_password, new_password });
operation('changePassword', {
  204: async () =>
    (await signUp(stack.url)).call('POST', '/me/password', passwords(PASSWORD, 'a new password')),
  400: () => disk.call('POST', '/me/password', passwords(PASSWORD, 'short')),
  401: () => anonymous.call('POST', '/me/password', passwords(PASSWORD, 'a new password')),
  403: () => disk.call('POST', '/me/password', passwords('a wrong guess', 'a new password')),
  429: () => guessOwnPassword(),
});

operation('listFolder', {
  200: () => disk.call('GET', '/files?path=/folder&limit=1'),
  304: async () => {
    const { headers } = await disk.call('GET', '/files?path=/folder');
    return disk.call('GET', '/files?path=/folder', undefined, { 'if-none-match': headers.etag });
  },
  400: () => disk.call('GET', '/files?path=relative'),
  401: () => anonymous.call('GET', '/files?path=/'),
  404: () => disk.call('GET', '/files?path=/nowhere'),
  409: () => disk.call('GET', '/files?path=/folder/file.txt'),
});

operation('entry', {
  200: () => disk.entry('/folder/file.txt'),
  400: () => disk.entry('relative'),
  401: () => anonymous.entry('/'),
  404: () => disk.entry('/nowhere'),
});

operation('makeFolder', {
  200: () => disk.call('POST', '/folders', { path: '/folder', parents: true }),
  201: () => disk.call('POST', '/folders', { path: '/folder/new' }),
  400: () => disk.call('POST', '/folders', { path: '/a', unknown: 1 }),
  401: () => anonymous.call('POST', '/folders', { path: '/a' }),
  403: () => asForgedForm('POST', '/folders', { path: '/a' }),
  404: () => disk.call('POST', '/folders', { path: '/nowhere/a' }),
  409: () => disk.call('POST', '/folders', { path: '/folder' }),
});

const move = (from, to, headers) => disk.call('POST', '/move', { from, to }, headers);
operation('move', {
  200: async () => {
    await disk.put('/to move', 'x');
    return move('/to move', '/moved');
  },
  400: () => move('/folder', 'relative'),
  401: () => anonymous.call('POST', '/move', { from: '/a', to: '/b' }),
  403: () => asForgedForm('POST', '/move', { from: '/folder', to: '/b' }),
  404: () => move('/nowhere', '/b'),
  409: () => move('/folder/file.txt', '/folder/film.mp4'),
  412: () => move('/folder/file.txt', '/elsewhere', { 'if-match': '"other"' }),
});

operation('makeLink', {
  201: () => disk.call('POST', '/links', { path: '/folder/film.mp4' }),
  400: () => disk.call('POST', '/links', { path: '/folder/film.mp4', ttl_s: 0 }),
  401: () => anonymous.call('POST', '/links', { path: '/a' }),
  403: () => asForgedForm('POST', '/links', { path: '/folder/film.mp4' }),
  404: () => disk.call('POST', '/links', { path: '/nowhere' }),
});

async function followLink(ttl_s, headers) {
  const { json } = await disk.call('POST', '/links', { path: '/folder/film.mp4', ttl_s });
  const get = () => anonymous.send('GET', new URL(json.url).pathname, { headers });
  if (ttl_s === 1) await until('the link expires', async () => (await get()).status !== 200);
  return get();
}
operation('getSigned', {
  200: () => followLink(60),
  206: () => followLink(60, { range: 'bytes=0-3' }),
  404: () => anonymous.call('GET', '/signed/forged/film.mp4'),
  410: () => followLink(1),
});

operation('playlist', {
  200: () => disk.call('GET', '/playlist?path=/folder/film.mp4'),
  400: () => disk.call('GET', '/playlist?path=relative'),
  401: () => anonymous.call('GET', '/playlist?path=/folder/film.mp4'),
  404: () => disk.call('GET', '/playlist?path=/nowhere'),
});

operation('putContent', {
  200: () => disk.put('/folder/file.txt', 'other content'),
  201: () => disk.put('/folder/created.txt', 'content'),
  400: () =>
    disk.put('/folder/wrong.txt', 'content', {
      'repr-digest': `sha-256=:${createHash('sha256').update('other').digest('base64')}:`,
    }),
  401: () => anonymous.put('/a', 'content'),
  403: () => asForgedForm('PUT', '/content/a', 'content'),
  409: () => disk.put('/folder', 'content'),
  412: () => disk.put('/folder/file.txt', 'content', { 'if-none-match': '*' }),
  413: () => announce(FAR_TOO_MANY_BYTES),
  507: () => withoutRoom((poor) => poor.put('/a', 'content')),
});

operation('getContent', {
  200: () => disk.get('/folder/file.txt'),
  206: () => disk.get('/folder/file.txt', { range: 'bytes=0-3' }),
  304: async () =>
    disk.get('/folder/file.txt', { 'if-none-match': await etagOf('/folder/file.txt') }),
  400: () => disk.send('GET', '/api/v1/content/a//b'),
  401: () => anonymous.get('/folder/file.txt'),
  404: () => disk.get('/nowhere'),
  409: () => disk.get('/folder'),
  416: async () => withoutBody(await disk.get('/folder/file.txt', { range: 'bytes=1000-' })),
});

operation('deleteContent', {
  204: async () => {
    await disk.put('/to delete', 'x');
    return disk.remove('/to delete');
  },
  400: () => disk.send('DELETE', '/api/v1/content/folder?recursive=perhaps'),
  401: () => anonymous.remove('/a'),
  403: () => asForgedForm('DELETE', '/content/folder?recursive=true'),
  404: () => disk.remove('/nowhere'),
  409: () => disk.remove('/folder'),
  412: () => disk.remove('/folder/file.txt', { 'if-match': '"other"' }),
});

test('every promised answer was called for', () => {
  const missing = openapi.promised().filter((what) => !openapi.seen.has(what));
  assert.deepEqual(missing, []);
});

test('the large road answers the same refusals', async () => {
  const large = randomBytes(200_000);
  await answers('putContent', 201, () => disk.put('/large', large));
  await answers('putContent', 200, () => disk.put('/large', randomBytes(200_001)));
  await answers('putContent', 401, () => anonymous.put('/large', large));
  await answers('putContent', 409, () => disk.put('/folder', large));
  await answers('putContent', 412, () => disk.put('/large', large, { 'if-none-match': '*' }));
  await answers('putContent', 507, () => withoutRoom((poor) => poor.put('/large', large)));
  await answers('putContent', 400, () => disk.send('PUT', '/api/v1/content/a//b', { body: large }));
});

test('other methods are refused, with the ones that work', async () => {
  for (const [route, item] of Object.entries(openapi.document.paths)) {
    const target = `/api/v1${route.replace('{path}', 'folder/file.txt').replace(/\{\w+\}/g, 'x')}`;
    for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE']) {
      const documented = method.toLowerCase() in item;
      if (documented) continue;
      const reply = await disk.send(method, target);
      assert.equal(reply.status, 405, `${method} ${target}: ${reply.status} ${reply.text}`);
      if (method === 'TRACE') continue; // nginx refuses it before it looks at the path
      assert.ok(reply.headers.allow, `${method} ${target}: no Allow`);
      assert.match(reply.headers['content-type'], /^application\/problem\+json/);
    }
  }
});

test('routes that are not documented are not there', async () => {
  for (const target of [
    '/api/v1/',
    '/api/v1',
    '/api/',
    '/api/v1/nothing',
    '/api/v2/me',
    '/api/v1/me/',
    '/api/v1/users/1',
    '/api/v1/sessions/1',
    '/api/v1/files/',
    '/api/v1/content',
    '/api/v1/signed/',
    '/api/v1/signed/x',
  ]) {
    const reply = await disk.send('GET', target);
    assert.equal(reply.status, 404, `${target}: ${reply.status}`);
    assert.match(reply.headers['content-type'], /^application\/problem\+json/, target);
  }
});

// A handler that no document mentions is found where it is added.
test('every route in the programs is documented', async () => {
  const operational = new Set(['/healthz', '/metrics', '/api/v1/openapi.yaml']);
  const known = Object.keys(openapi.document.paths).map((route) => `/api/v1${route}`);
  for (const route of await routesInSource()) {
    const found =
      operational.has(route) ||
      known.some((name) => name === route || (route.endsWith('/') && name.startsWith(`${route}{`)));
    assert.ok(found, `${route} is served but not in openapi.yaml`);
  }
});

async function routesInSource() {
  const folder = path.join(CHECKOUT, 'cgi');
  const sources = (await readdir(folder, { recursive: true })).filter((name) =>
    name.endsWith('.cc'),
  );
  const texts = await Promise.all(sources.map((name) => readFile(path.join(folder, name), 'utf8')));
  const routes = texts
    .flatMap((text) => [...text.matchAll(/"(\/(?:api\/v1|healthz|metrics)[^"\s]*)"/g)])
    .map(([, route]) => route);
  assert.ok(routes.length > 5, 'the routes in the source were not recognised');
  return new Set(routes);
}

test('the document is served as it is', async () => {
  const served = await anonymous.send('GET', '/api/v1/openapi.yaml');
  assert.equal(served.text, await readFile(path.join(CHECKOUT, 'docs/openapi.yaml'), 'utf8'));
});

const guessUntilThrottled = () =>
  untilThrottled(anonymous, '/sessions', credentials(freshName(), 'a wrong guess'));

const guessOwnPassword = async () =>
  untilThrottled(await signUp(stack.url), '/me/password', passwords('a wrong guess', PASSWORD));

// Posts the same until the answer is 429, from an address that nobody else uses.
async function untilThrottled(who, target, json) {
  const body = JSON.stringify(json);
  const headers = { 'content-type': 'application/json' };
  let reply;
  for (let i = 0; i < MAX_ATTEMPTS_BEFORE_THROTTLE && reply?.status !== 429; ++i) {
    reply = await who.send('POST', `/api/v1${target}`, { body, headers, from: THROTTLED_ADDRESS });
  }
  return reply;
}

// Announces a body of `bytes` without sending it.
async function announce(bytes) {
  const reply = await exchange(
    stack.url,
    'PUT /api/v1/content/too-large HTTP/1.1\r\nHost: test\r\n' +
      `Authorization: Bearer ${disk.token}\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  const text = reply.body.toString();
  return { ...reply, text, json: JSON.parse(text) };
}

async function withoutRoom(call) {
  const poor = await signUp(stack.url);
  await stack.sql(`UPDATE users SET quota_bytes = 1 WHERE id = ${poor.user.id}`);
  return call(poor);
}

// The body of a 416 is not promised: nginx may explain.
function withoutBody(reply) {
  return { status: reply.status, headers: reply.headers, body: Buffer.alloc(0), text: '' };
}

// With registration closed by the configuration, which is put back afterwards.
async function whileClosed(call) {
  const original = await readFile(stack.configuration, 'utf8');
  assert.ok(original.includes('[web]\n'));
  await writeFile(
    stack.configuration,
    original
      .replace(/^registration *=.*\n/m, '')
      .replace('[web]\n', '[web]\nregistration = "closed"\n'),
  );
  try {
    await stack.restart('account');
    await answering();
    return await call();
  } finally {
    await writeFile(stack.configuration, original);
    await stack.restart('account');
    await answering();
  }
}

const answering = () =>
  until(
    'account answers',
    async () => (await anonymous.call('GET', '/me').catch(() => ({}))).status === 401,
  );
