// https: a stack that is switched over by its settings, and clients of HTTP/1.1 and HTTP/2.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { PASSWORD, freshName, signUp } from './lib/disk.mjs';
import { run } from './lib/process.mjs';
import { launcher, startStack } from './lib/stack.mjs';

const LARGE_BYTES = 3_000_000;

let stack;
let url;
let certificate;
let user;

before(async () => {
  stack = await startStack();
  user = (await signUp(stack.url)).user;
  certificate = path.join(stack.home, 'tls.pem');
  const key = path.join(stack.home, 'tls.key');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ]);
  await change({ TLS_CERTIFICATE: certificate, TLS_KEY: key });
  await stack.up();
  url = JSON.parse(await launcher(stack.home, ['env', '--json'])).YUNDISK_URL;
});
after(() => stack?.destroy());

// Writes settings as an operator would.
async function change(settings) {
  const file = path.join(stack.home, 'settings');
  let text = await readFile(file, 'utf8');
  for (const [name, value] of Object.entries(settings)) {
    text = text.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${value}`);
  }
  await writeFile(file, text);
}

const curl = (...args) => run('curl', ['-sS', '--fail-with-body', '--cacert', certificate, ...args]);
const json = (document) => ['-H', 'Content-Type: application/json', '-d', JSON.stringify(document)];

for (const version of ['--http1.1', '--http2']) {
  test(`an account signs in and moves its files over https, ${version}`, async () => {
    assert.match(url, /^https:/);
    const reply = await curl(
      ...[version, '-i', ...json({ username: user.username, password: PASSWORD })],
      `${url}/api/v1/sessions`,
    );
    assert.match(reply, /^set-cookie: yundisk_session=[^\r]*; Secure/im);
    const token = reply.match(/"token":"([^"]+)"/)[1];
    for (const content of [randomBytes(1000), randomBytes(LARGE_BYTES)]) {
      const file = path.join(stack.home, 'content');
      const back = path.join(stack.home, 'back');
      await writeFile(file, content);
      const target = `${url}/api/v1/content/${freshName('folder')}/file`;
      const bearer = ['-H', `Authorization: Bearer ${token}`];
      await curl(version, '-T', file, ...bearer, target);
      await curl(version, '-o', back, ...bearer, target);
      assert.ok(content.equals(await readFile(back)));
    }
  });
}

test('plain http is refused on that port, in the words of HTTP', async () => {
  const reply = await run('curl', ['-sS', '-i', `${url.replace('https:', 'http:')}/api/v1/me`]);
  assert.match(reply, /^HTTP\/1\.1 400 /);
});

test('a key that is not there is named, and what runs goes on', async () => {
  await change({ TLS_KEY: '/nowhere/tls.key' });
  await assert.rejects(stack.up(), /\/nowhere\/tls\.key/);
  assert.match(await curl(`${url}/healthz`), /"status":"ok"/);
});
