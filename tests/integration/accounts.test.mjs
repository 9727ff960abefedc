// Accounts and sessions through the real chain.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Disk, PASSWORD, freshName, signIn, signUp } from './lib/disk.mjs';
import { useStack } from './lib/stack.mjs';

const stack = await useStack();
const anonymous = new Disk(stack.url);

// A source address of its own, so that throttling by address hits nobody else's requests.
const THROTTLED_ADDRESS = '127.77.0.1';
const MAX_ATTEMPTS_BEFORE_THROTTLE = 200;

const register = (username, password = PASSWORD) =>
  anonymous.call('POST', '/users', { username, password });
const signInReply = (username, password) =>
  anonymous.call('POST', '/sessions', { username, password });

function assertProblem(reply, status, what = '') {
  assert.equal(reply.status, status, `${what} ${reply.text}`);
  assert.match(reply.headers['content-type'], /^application\/problem\+json/, what);
  assert.equal(reply.json.status, status, what);
  assert.ok(reply.json.code, what);
}

test('register, sign in, me', async () => {
  const username = freshName();
  const made = await register(username);
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.username, username);
  assert.equal(made.json.role, 'user');
  assert.equal(made.json.used_bytes, 0);
  const disk = await signIn(stack.url, username);
  const me = await disk.call('GET', '/me');
  assert.equal(me.status, 200);
  assert.deepEqual(me.json, made.json);
});

test('a name exists once, however it is spelled', async () => {
  const username = freshName('name');
  assert.equal((await register(username)).status, 201);
  for (const twin of [username, username.toUpperCase(), username.replace('n', 'ｎ')]) {
    assertProblem(await register(twin), 409, twin);
  }
});

test('of many who register one name at once, one succeeds', async () => {
  const username = freshName();
  const replies = await Promise.all(Array.from({ length: 8 }, () => register(username)));
  const statuses = replies.map((reply) => reply.status).sort();
  assert.deepEqual(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
});

test('names and passwords that are refused', async () => {
  const names = ['', 'a b', 'a/b', '../x', 'x'.repeat(65), 'a\u0000b', 'a\nb', '<b>', 'tab\t'];
  for (const name of names) assertProblem(await register(name), 400, JSON.stringify(name));
  for (const password of ['', 'short', 'x'.repeat(1025)]) {
    assertProblem(await register(freshName(), password), 400, `${password.length} characters`);
  }
});

test('bodies that are not what the document says', async () => {
  const name = freshName();
  const bodies = [
    '',
    'null',
    '[]',
    '"text"',
    '42',
    '{',
    '{}',
    `{"username":"${name}"}`,
    `{"password":"${PASSWORD}"}`,
    `{"username":"${name}","password":"${PASSWORD}","role":"admin"}`,
    `{"username":"${name}","username":"${name}x","password":"${PASSWORD}"}`,
    `{"username":["${name}"],"password":"${PASSWORD}"}`,
    `{"username":1,"password":"${PASSWORD}"}`,
    `{"username":"${name}","password":null}`,
    `{"username":"${name}","password":"${PASSWORD}"} trailing`,
    `{"username":"${name}","password":"${PASSWORD}",}`,
    `{'username':'${name}','password':'${PASSWORD}'}`,
    Buffer.concat([
      Buffer.from('{"username":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`","password":"${PASSWORD}"}`),
    ]),
    '['.repeat(50_000),
    `{"username":"${name}","password":"${'\\ud800'}aaaaaaaa"}`,
  ];
  for (const body of bodies) {
    for (const target of ['/api/v1/users', '/api/v1/sessions']) {
      const reply = await anonymous.send('POST', target, {
        body,
        headers: { 'content-type': 'application/json' },
      });
      assertProblem(reply, 400, `${target} ${String(body).slice(0, 80)}`);
    }
  }
});

test('a wrong password and an unknown name get the same answer', async () => {
  const username = freshName();
  assert.equal((await register(username)).status, 201);
  const wrong = await signInReply(username, 'not the password');
  const unknown = await signInReply(freshName(), 'not the password');
  assertProblem(wrong, 401);
  assert.equal(unknown.status, 401);
  assert.deepEqual(unknown.json, wrong.json);
});

test('tokens that are none', async () => {
  for (const token of ['x', '', 'A'.repeat(43), 'A'.repeat(5000), '../..', "' OR 1=1 --"]) {
    const reply = await new Disk(stack.url, undefined).send('GET', '/api/v1/me', {
      headers: { authorization: `Bearer ${token}` },
    });
    assertProblem(reply, 401, token.slice(0, 20));
  }
  for (const header of ['Basic dTpw', 'Bearer', 'bearer', 'Token x']) {
    const reply = await anonymous.send('GET', '/api/v1/me', { headers: { authorization: header } });
    assertProblem(reply, 401, header);
  }
});

test('the cookie is for browsers, and alone it cannot change anything', async () => {
  const username = freshName();
  assert.equal((await register(username)).status, 201);
  const reply = await signInReply(username, PASSWORD);
  const [cookie] = reply.headers['set-cookie'];
  assert.match(cookie, /^yundisk_session=[^;]+/);
  for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) {
    assert.ok(cookie.includes(attribute), `${attribute} in ${cookie}`);
  }
  const headers = { cookie: cookie.split(';')[0] };
  assert.equal((await anonymous.call('GET', '/me', undefined, headers)).json.username, username);
  const body = { path: '/made by cookie' };
  assertProblem(await anonymous.call('POST', '/folders', body, headers), 403);
  const ours = { ...headers, 'x-yundisk': '1' };
  assert.equal((await anonymous.call('POST', '/folders', body, ours)).status, 201);
  const forged = await anonymous.put('/forged', 'x', headers);
  assertProblem(forged, 403);
  assertProblem(await anonymous.remove('/made by cookie', headers), 403);
  assert.equal((await anonymous.put('/ours', 'x', ours)).status, 201);
});

test('sign-out ends this session everywhere at once, and no other', async () => {
  const disk = await signUp(stack.url);
  const other = await signIn(stack.url, disk.user.username);
  assert.equal((await disk.put('/file', 'content')).status, 201);
  const everywhere = (who) => [
    who.call('GET', '/me'),
    who.call('GET', '/files?path=/'),
    who.get('/file'),
    who.put('/another', 'content'),
    who.put('/large', Buffer.alloc(300_000)),
  ];
  for (const reply of await Promise.all(everywhere(disk)))
    assert.ok(reply.status < 300, reply.text);
  assert.equal((await disk.call('DELETE', '/sessions/current')).status, 204);
  for (const reply of await Promise.all(everywhere(disk))) assertProblem(reply, 401);
  for (const reply of await Promise.all(everywhere(other)))
    assert.ok(reply.status < 300, reply.text);
  assertProblem(await disk.call('DELETE', '/sessions/current'), 401);
});

test('a new password ends every other session', async () => {
  const disk = await signUp(stack.url);
  const other = await signIn(stack.url, disk.user.username);
  const change = (current_password, new_password) =>
    disk.call('POST', '/me/password', { current_password, new_password });
  assertProblem(await change('not the password', 'a new password'), 403);
  assertProblem(await change(PASSWORD, 'short'), 400);
  assert.equal((await change(PASSWORD, 'a new password')).status, 204);
  assert.equal((await disk.call('GET', '/me')).status, 200);
  assertProblem(await other.call('GET', '/me'), 401);
  assertProblem(await signInReply(disk.user.username, PASSWORD), 401);
  assert.equal((await signInReply(disk.user.username, 'a new password')).status, 201);
});

test('guessing is throttled', async () => {
  const username = freshName();
  assert.equal((await register(username)).status, 201);
  const guess = () =>
    anonymous.send('POST', '/api/v1/sessions', {
      body: JSON.stringify({ username, password: 'a wrong guess' }),
      headers: { 'content-type': 'application/json' },
      from: THROTTLED_ADDRESS,
    });
  let reply;
  for (let i = 0; i < MAX_ATTEMPTS_BEFORE_THROTTLE; ++i) {
    reply = await guess();
    if (reply.status === 429) break;
    assertProblem(reply, 401);
  }
  assertProblem(reply, 429);
  assert.ok(Number(reply.headers['retry-after']) > 0);
  await signUp(stack.url); // others elsewhere are not held up
});
