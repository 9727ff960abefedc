// An entry nginx with the launcher's own upstreams before two storages of a group: when one dies or is
// not in step, every request is answered by the other. And what a storage does when its disk or its client
// is bad.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { sha256 } from './lib/disk.mjs';
import { request } from './lib/http.mjs';
import { UrlSigner } from './lib/object_url.mjs';
import { freePort } from './lib/ports.mjs';
import { background, until } from './lib/process.mjs';
import { RawConnection } from './lib/raw.mjs';
import { CHECKOUT, scratchFolder, useStack } from './lib/stack.mjs';
import * as wire from './lib/wire.mjs';

const stack = await useStack();
const secret = randomBytes(32);
const signer = new UrlSigner(secret);
const folder = await mkdtemp(path.join(scratchFolder(), 'yd-group-'));
after(() => rm(folder, { recursive: true, force: true }));
await writeFile(path.join(folder, 'secret'), secret.toString('hex'), { mode: 0o600 });

const answers = (port) =>
  request(`http://127.0.0.1:${port}`, { target: '/' }).then(() => true, () => false);

// A storage of group 9 that knows no tracker.
async function startStorage(name) {
  const [port, http_port] = [await freePort(), await freePort()];
  await mkdir(path.join(folder, name));
  const config = path.join(folder, `${name}.toml`);
  await writeFile(
    config,
    `[cluster]\nsecret_file = "${folder}/secret"\ntrackers = ["127.0.0.1:1"]\n` +
      `[storage]\nname = "${name}"\ngroup = "9"\nlisten = "127.0.0.1:${port}"\n` +
      `http_listen = "127.0.0.1:${http_port}"\nhttp_header_timeout_s = 1\nreplicate = false\ndata_directory = "${folder}/${name}"\n`,
  );
  const program = background(path.join(stack.binaries, 'storaged'), ['--config', config]);
  after(() => program.stop());
  await until(`storage ${name}`, () => answers(http_port));
  return { program, http_port, address: `127.0.0.1:${port}` };
}

async function store(storage, key, content) {
  const connection = await wire.WireConnection.open(storage.address, secret);
  const reply = await connection.call(wire.upload(key, content));
  connection.close();
  assert.equal(reply.status, 0, reply.error?.text);
}

// What launcher/storage_http.sh writes for these storages.
async function generated(part, http_ports) {
  const lines = http_ports.map((port) => `9 127.0.0.1:${port}`).join('\\n');
  const script = `CHECKOUT=${CHECKOUT}; . $CHECKOUT/launcher/storage_http.sh; printf '${lines}\\n' | ${part}`;
  return (await promisify(execFile)('bash', ['-c', script])).stdout;
}

async function startEntry(http_ports) {
  const port = await freePort();
  const home = await mkdtemp(path.join(folder, 'nginx-'));
  const config = path.join(home, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${home}/${name};`)
    .join('\n');
  await writeFile(
    config,
    `daemon off;\npid ${home}/pid;\nerror_log stderr crit;\nevents {}\n` +
      `http {\naccess_log off;\n${temporary}\n${await generated('storage_upstreams', http_ports)}\n` +
      `server {\nlisten 127.0.0.1:${port};\n` +
      `${await generated('storage_locations', http_ports)}\n}\n}\n`,
  );
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const nginx = background('nginx', ['-p', home, '-c', config, '-e', 'stderr'], { env });
  after(() => nginx.stop());
  await until('the entry', () => answers(port));
  return `http://127.0.0.1:${port}`;
}

const [a, b] = [await startStorage('9a'), await startStorage('9b')];
const content = randomBytes(3_000_000);
const key = { application: 'test', user: 'tester', file: '9/1', name: 'film.mp4' };
await store(a, key, content);
await store(b, key, content);
const only_b = { ...key, file: '9/2' };
await store(b, only_b, content);

const damaged = { ...key, file: '9/3' };
const other_content = randomBytes(3_000_000);
await store(b, damaged, other_content);

const target = () => `/group${signer.target(key)}`;

// A storage that is not in step.
const behind = http.createServer((_, reply) => {
  reply.writeHead(503, { 'retry-after': '1' });
  reply.end();
});
await new Promise((resolve) => {
  behind.listen(0, '127.0.0.1', resolve);
});
after(() => behind.close());

test('a replica that is not in step is passed over', async () => {
  const entry = await startEntry([behind.address().port, b.http_port]);
  for (let i = 0; i < 6; ++i) {
    const reply = await request(entry, { target: `/group${signer.target(only_b)}` });
    assert.equal(reply.status, 200);
    assert.ok(reply.body.equals(content));
  }
});

test('a damaged byte is never sent', async () => {
  const large = path.join(folder, '9b', 'large');
  const names = (await readdir(large, { recursive: true })).map((name) => path.join(large, name));
  const AT = 2_500_000;
  let flipped = 0;
  for (const name of names) {
    const bytes = await readFile(name).catch(() => Buffer.alloc(0));
    if (!bytes.equals(other_content)) continue;
    bytes[AT] ^= 1;
    await writeFile(name, bytes);
    flipped += 1;
  }
  assert.equal(flipped, 1);
  const client = await RawConnection.open(`http://127.0.0.1:${b.http_port}`);
  client.send(`GET ${signer.target(damaged)} HTTP/1.1\r\nHost: test\r\n\r\n`);
  await client.end();
  const start = client.received.indexOf('\r\n\r\n') + 4;
  assert.match(client.received.toString('latin1', 0, start), /Content-Length: 3000000\r\n/);
  const body = client.received.subarray(start);
  assert.ok(body.length <= AT && body.equals(other_content.subarray(0, body.length)));
  const range = (headers) =>
    request(`http://127.0.0.1:${b.http_port}`, { target: signer.target(damaged), headers });
  // From now on another replica is to be asked, for any part of it.
  for (const asked of ['bytes=0-99999', `bytes=${AT - 10}-${AT + 10}`]) {
    const refused = await range({ range: asked });
    assert.equal(refused.status, 503, 'told before the head has left');
    assert.equal(refused.headers['retry-after'], '1');
  }
});

test('an object that no replica can give now does not keep others from being sent', async () => {
  const entry = await startEntry([behind.address().port, b.http_port]);
  for (let i = 0; i < 4; ++i) {
    const refused = await request(entry, { target: `/group${signer.target(damaged)}` });
    assert.equal(refused.status, 503);
    const reply = await request(entry, { target: `/group${signer.target(only_b)}` });
    assert.equal(reply.status, 200);
    assert.ok(reply.body.equals(content));
  }
});

test('a head that comes byte by byte is cut off', async () => {
  const client = await RawConnection.open(`http://127.0.0.1:${b.http_port}`);
  const trickle = setInterval(() => client.send('x'), 100);
  try {
    client.send('GET / HTTP/1.1\r\nX: ');
    await client.end({ timeout_ms: 5000 });
    assert.equal(client.received.length, 0);
  } finally {
    clearInterval(trickle);
    client.close();
  }
});

test('one of two replicas dies', async () => {
  const entry = await startEntry([a.http_port, b.http_port]);
  const etag = `"${sha256(content)}"`;
  for (let i = 0; i < 4; ++i)
    assert.equal((await request(entry, { target: target() })).headers.etag, etag);
  await a.program.stop();
  for (let i = 0; i < 20; ++i) {
    const range = `bytes=${i * 100_000}-${i * 100_000 + 99_999}`;
    const headers = { range, 'if-range': etag };
    const part = await request(entry, { target: target(), headers });
    assert.equal(part.status, 206);
    assert.ok(part.body.equals(content.subarray(i * 100_000, (i + 1) * 100_000)));
  }
  const head = await request(entry, { method: 'HEAD', target: target() });
  assert.equal(head.headers['content-length'], '3000000');
  await b.program.stop();
  assert.equal((await request(entry, { target: target() })).status, 502);
});
