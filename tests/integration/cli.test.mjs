// yundisk-cli against the running daemons: what it prints, what it leaves behind, how it exits.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';

import { Cli, Exit } from './lib/cli.mjs';
import { freePort } from './lib/ports.mjs';
import { sha256 } from './lib/disk.mjs';
import { scratchFolder, useStack } from './lib/stack.mjs';

const stack = await useStack();
const scratch = await mkdtemp(path.join(scratchFolder(), 'cli-'));
after(() => rm(scratch, { recursive: true, force: true }));

const cli = new Cli(stack);
const succeeds = (...args) => cli.succeeds(...args);
const fails = (...args) => cli.fails(...args);

async function makeFile(name, content) {
  const file = path.join(scratch, name);
  await writeFile(file, content);
  return file;
}

for (const size of [0, 1, 102_401, 5_000_000]) {
  test(`upload, stat, download, delete: ${size} bytes`, async () => {
    const content = randomBytes(size);
    const file = await makeFile(`up-${size}`, content);
    const id = String(await succeeds('upload', file)).trim();
    assert.match(id, /^1\/\d+$/);
    const stat = JSON.parse(await succeeds('--json', 'stat', id));
    assert.equal(stat.size, size);
    assert.equal(stat.sha256, sha256(content));
    const target = path.join(scratch, `down-${size}`);
    await succeeds('download', id, target);
    assert.ok((await readFile(target)).equals(content));
    assert.ok((await succeeds('download', id, '-')).equals(content));
    if (size > 100) {
      const part = await succeeds('download', id, '-', '--offset', '50', '--size', '40');
      assert.ok(part.equals(content.subarray(50, 90)));
    }
    await succeeds('delete', id);
    await fails(Exit.not_found, 'stat', id);
    await fails(Exit.not_found, 'delete', id);
    await fails(Exit.not_found, 'download', id, path.join(scratch, 'never'));
    await fails(Exit.not_found, 'upload', file, '--id', id);
  });
}

test('a failed download leaves no file', async () => {
  await fails(Exit.not_found, 'download', '1/404404404', path.join(scratch, 'none'));
  const id = String(await succeeds('upload', await makeFile('small', 'small'))).trim();
  await fails(Exit.other, 'download', id, path.join(scratch, 'none'), '--offset', '6');
  assert.deepEqual(
    (await readdir(scratch)).filter((name) => name.startsWith('none')),
    [],
  );
});

test("an id of one's own: the same content again is fine, another is refused", async () => {
  const id = `1/cli-${randomBytes(6).toString('hex')}`;
  const file = await makeFile('own', 'content');
  await succeeds('upload', file, '--id', id);
  await succeeds('upload', file, '--id', id);
  await fails(Exit.refused, 'upload', await makeFile('own2', 'other content'), '--id', id);
  await fails(Exit.not_found, '--user', 'another', 'stat', id);
});

test('groups, nodes, route and id', async () => {
  assert.match(String(await succeeds('groups')), /\b1\b/);
  const nodes = JSON.parse(await succeeds('--json', 'nodes'));
  assert.ok(nodes.some((node) => JSON.stringify(node).includes('"1a"')));
  assert.ok(String(await succeeds('nodes')).includes(stack.storage));
  assert.equal(String(await succeeds('route', '1/5')).trim(), stack.storage);
  const key = `cli-${randomBytes(4).toString('hex')}`;
  const first = BigInt(String(await succeeds('id', key)).trim());
  assert.ok(BigInt(String(await succeeds('id', key)).trim()) > first);
});

test('bench measures', async () => {
  const result = await cli.json('bench', '--size', '4K', '--connections', '2', '--seconds', '1');
  assert.deepEqual(
    result.map(({ work }) => work),
    ['upload', 'download'],
  );
  for (const { operations, p50_ms, p99_ms } of result)
    assert.ok(operations > 0 && p50_ms > 0 && p99_ms >= p50_ms);
});

test('verify, place, ping and monitor of one storage', async () => {
  const content = randomBytes(5000);
  const id = String(await succeeds('upload', await makeFile('verified', content))).trim();
  const { copies } = await cli.json('verify', id);
  assert.equal(copies.length, 1);
  assert.equal(copies[0].state, 'healthy');
  assert.equal(copies[0].sha256, sha256(content));
  await succeeds('delete', id);
  await fails(Exit.not_found, 'verify', id);
  assert.equal(await cli.text('place', '1M'), `1 ${stack.storage}`);
  assert.equal((await cli.json('ping')).length, 3);
  assert.equal((await cli.json('monitor', '--once')).storages[0].name, '1a');
});

test('wrong command lines', async () => {
  await fails(Exit.usage);
  await fails(Exit.usage, 'frobnicate');
  await fails(Exit.usage, 'upload');
  await fails(Exit.usage, 'download', '1/1', '-', '--offset', '-5');
  await fails(Exit.usage, 'stat', '1/1', '--nonsense');
  await fails(Exit.not_found, 'upload', path.join(scratch, 'does-not-exist'));
  await fails(Exit.other, 'upload', scratch);
});

test('a wrong secret, no secret, nobody there', async () => {
  const at = ['--tracker', stack.tracker, '--id-server', stack.id_server];
  const wrong = await makeFile('wrong-secret', 'ab'.repeat(32));
  await rm(wrong);
  await writeFile(wrong, 'ab'.repeat(32), { mode: 0o600 });
  const plain = new Cli(stack, []);
  const withSecret = (file) => plain.run(...at, '--secret-file', file, 'groups');
  assert.equal((await withSecret(wrong)).code, Exit.refused);
  assert.equal((await plain.run(...at, 'groups')).code, Exit.refused);
  assert.equal((await withSecret(stack.secret_file)).code, Exit.done);
  const nobody = await plain.run('--tracker', `127.0.0.1:${await freePort()}`, 'groups');
  assert.equal(nobody.code, Exit.unavailable, nobody.errors);
});
