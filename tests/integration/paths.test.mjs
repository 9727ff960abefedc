// Request targets that try to get out of the tree, sent byte for byte over a socket, because every
// well-behaved client would repair them first.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signUp } from './lib/disk.mjs';
import { exchange } from './lib/raw.mjs';
import { useStack } from './lib/stack.mjs';

const stack = await useStack();
const disk = await signUp(stack.url);
await disk.put('/folder/file.txt', 'content');

const CONTENT = '/api/v1/content';

function send(method, target, body = '') {
  const bytes =
    `${method} ${target} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${disk.token}\r\n` +
    `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  return exchange(stack.url, bytes, { head: method === 'HEAD' });
}

const encodedName = (bytes) =>
  `%${Buffer.from(bytes, 'latin1')
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1%')}`;

// Targets below /content that name nothing, whatever the method: 4xx with a reason.
const dotSegments = ['.', '..', '%2e', '%2E', '%2e%2e', '.%2e', '%2E.', '%2e%2E'];
const dotted = dotSegments.flatMap((dots) => [
  `/${dots}`,
  `/${dots}/`,
  `/folder/${dots}`,
  `/folder/${dots}/file.txt`,
  `/${dots}/${dots}/${dots}/etc/passwd`,
  `/a/${dots}/${dots}/${dots}/x`,
  `/folder/${dots}/folder/file.txt`,
]);
const slashes = [
  '//',
  '/folder//file.txt',
  '//folder/file.txt',
  '/folder///',
  '/%2f',
  '/%2F%2F',
  '/%2e%2e%2f',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/folder/%2f/x',
];
const badEscapes = [
  '/%',
  '/%2',
  '/%zz',
  '/%u0041',
  '/a%',
  '/%%',
  '/%2%65',
  '/%-1',
  '/%%20%1',
];
const controls = Array.from(
  { length: 32 },
  (_, code) => `/a%${code.toString(16).padStart(2, '0')}b`,
).concat([
  '/%7f',
  '/x%00',
  '/%00',
  '/folder/file.txt%00.png',
  '/%c2%80',
  '/a%c2%9fb',
  '/%0d%0aX-Header:%20y',
]);
const invalidUtf8 = [
  '\xff',
  '\xfe',
  '\x80',
  '\xc0\x80',
  '\xc0\xaf',
  '\xc1\xbf',
  '\xe0\x80\x80',
  '\xe0\x9f\xbf',
  '\xed\xa0\x80',
  '\xed\xbf\xbf',
  '\xf0\x80\x80\x80',
  '\xf4\x90\x80\x80',
  '\xf5\x80\x80\x80',
  '\xf8\x88\x80\x80\x80',
  '\xc3',
  '\xe6\x96',
  '\xf0\x9f\x98',
  'a\xc3(',
  '\xc0\xae\xc0\xae',
].map((bytes) => `/${encodedName(bytes)}`);
const tooLong = [
  `/${'x'.repeat(256)}`,
  `/folder/${'x'.repeat(300)}`,
  `/${encodedName('\xe6\x96\x87'.repeat(86))}`,
  '/0123456789'.repeat(373),
  `/${'a/'.repeat(2100)}x`,
];

const groups = { dotted, slashes, badEscapes, controls, invalidUtf8, tooLong };

for (const [group, targets] of Object.entries(groups)) {
  test(`${group}: ${targets.length} targets with every method`, async () => {
    for (const target of targets) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        const reply = await send(method, CONTENT + target, method === 'PUT' ? 'trick' : '');
        const what = `${method} ${target.slice(0, 100)}: ${reply?.status} ${reply?.body}`;
        assert.ok(reply && reply.status >= 400 && reply.status < 500, what);
        if (method !== 'HEAD') assertReason(reply, what);
      }
    }
    assert.deepEqual(
      (await disk.list('/')).map((entry) => entry.name),
      ['folder'],
    );
  });
}

function assertReason(reply, what) {
  assert.match(reply.headers['content-type'] ?? '', /^application\/problem\+json/, what);
  const problem = JSON.parse(reply.body);
  assert.equal(problem.status, reply.status, what);
  assert.ok(problem.detail.length > 0, what);
}

test('an encoded slash separates names, and nothing is decoded twice', async () => {
  assert.equal((await send('PUT', `${CONTENT}/e%2Ff`, 'slash')).status, 201);
  assert.equal((await disk.get('/e/f')).text, 'slash');
  assert.equal((await send('PUT', `${CONTENT}/e/%252e%252e`, 'dots')).status, 201);
  assert.equal((await disk.get('/e/%2e%2e')).text, 'dots');
  assert.equal((await disk.remove('/e', { recursive: true })).status, 204);
});

test('a long path is refused on the large road too, before its body', async () => {
  for (const target of ['/..', `/${'x'.repeat(256)}`, '/a//b', '/%00']) {
    const reply = await exchange(
      stack.url,
      `PUT ${CONTENT}${target} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${disk.token}\r\n` +
        'Content-Length: 100000000\r\n\r\n',
    );
    assert.ok(reply && reply.status >= 400 && reply.status < 500, `${target}: ${reply?.status}`);
  }
});

test('the longest legal path and name work', async () => {
  const name = 'x'.repeat(255);
  const path = `/${name}`.repeat(15) + '/' + 'y'.repeat(255);
  assert.equal(path.length, 4096);
  const put = await send('PUT', CONTENT + path, 'long');
  assert.equal(put.status, 201, String(put.body));
  assert.equal((await disk.get(path)).text, 'long');
  assert.equal((await disk.remove(`/${name}`, { recursive: true })).status, 204);
});

test('targets that leave the API never reach a file', async () => {
  const targets = [
    '/api/v1/content/../../../../etc/passwd',
    '/../etc/passwd',
    '/assets/../../yundisk.toml',
    '/assets/..%2f..%2f..%2fsecret',
    '/%2e%2e/%2e%2e/secret',
    '/internal/objects/1a/large/00/x',
    '/internal/objects/../yundisk.toml',
    '/api/v1/content/../../internal/objects/1a/x',
    '/api/v1/..%2f..%2finternal/objects/',
    '/.upload/check',
    '/.route/put_small',
    '/.route/get',
    '/.problem/400',
    '/api/v1/../../internal/objects/x',
    '//etc/passwd',
    '/\\..\\..\\etc\\passwd',
    '/.git/config',
    '/yundisk.toml',
    '/../var/secret',
    '/api/../internal/objects/1a/volumes/1',
  ];
  for (const target of targets) {
    const reply = await send('GET', target);
    assert.ok(reply, target);
    const body = String(reply.body);
    assert.doesNotMatch(body, /root:|secret_file|\[core\]/, target);
    const isPage = body.includes('<!doctype html>') || body.includes('<!DOCTYPE html>');
    assert.ok(reply.status >= 400 || isPage, `${target}: ${reply.status}`);
    if (target.includes('internal') || target.startsWith('/.')) {
      assert.ok(reply.status >= 400 || isPage, `${target}: ${reply.status}`);
    }
  }
});

test('paths in JSON and in queries are judged the same', async () => {
  const bad = [
    '',
    'relative',
    '/a/../b',
    '/./a',
    '/..',
    '//',
    '/a//b',
    '/a\u0000b',
    '/a\nb',
    '/\u007f',
    '/\u0085',
    `/${'x'.repeat(256)}`,
    '/0123456789'.repeat(373),
  ];
  for (const path of bad) {
    const query = encodeURIComponent(path);
    const replies = {
      folders: await disk.call('POST', '/folders', { path }),
      from: await disk.call('POST', '/move', { from: path, to: '/x' }),
      to: await disk.call('POST', '/move', { from: '/folder/file.txt', to: path }),
      links: await disk.call('POST', '/links', { path }),
      list: await disk.call('GET', `/files?path=${query}`),
      entry: await disk.call('GET', `/entry?path=${query}`),
    };
    for (const [name, reply] of Object.entries(replies)) {
      assert.equal(
        reply.status,
        400,
        `${name} ${JSON.stringify(path).slice(0, 80)}: ${reply.text}`,
      );
    }
  }
  for (const raw of ['%', '%zz', '%ff', '%c0%af', '/%00']) {
    assert.equal((await disk.call('GET', `/entry?path=${raw}`)).status, 400, raw);
  }
});
