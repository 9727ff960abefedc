// A tracker and an ID server are added while everything runs on, and then the old ones are gone for good: what runs has learnt
// of the new ones by itself.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';

import { Cli } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { freePort } from '../integration/lib/ports.mjs';
import { until } from '../integration/lib/process.mjs';
import { scratchFolder, startStack } from '../integration/lib/stack.mjs';
import { allActive, killForGood, pidsOf } from './lib/cluster.mjs';

const FOUR = ['1a', '1b', '2a', '2b'];
const ENDPOINTS = ['account', 'files', 'upload', 'download', 'admin'];
const LEARN_MS = 30_000;
const SMALL_BYTES = 2000;
const LARGE_BYTES = 300_000; // takes the spool
const UPLOADS = 80; // more than a block of ids

const stack = await startStack({ profile: 'cluster' });
const scratch = await mkdtemp(path.join(scratchFolder(), 'trackers-'));
after(async () => {
  await stack.destroy();
  await rm(scratch, { recursive: true, force: true });
});
await allActive(stack, FOUR);
const disk = await signUp(stack.url);
const old = [stack.trackers, stack.id_servers].flatMap(Object.keys);
const added = {
  tracker: `127.0.0.1:${await freePort()}`,
  id_server: `127.0.0.1:${await freePort()}`,
};
// Knows the new ones only.
const cli = new Cli(stack, [
  ...['--secret-file', stack.secret_file],
  ...['--tracker', added.tracker],
  ...['--id-server', added.id_server],
]);

const log = (service) => readFile(path.join(stack.logs, service, 'current'), 'utf8');

test('a new tracker and a new ID server start, and nothing else does', async () => {
  const services = [
    ...old,
    ...Object.keys(stack.storages),
    ...ENDPOINTS,
    'nginx',
    'mariadb',
    'redis',
  ];
  const before = await pidsOf(stack, services);
  const toml = await readFile(stack.configuration, 'utf8');
  const grown = toml
    .replace(/^trackers = \[(.*)\]$/m, `trackers = [\n  $1,\n  "${added.tracker}",\n]`)
    .replace(/^id_servers = \[(.*)\]$/m, `id_servers = [$1, "${added.id_server}"]`)
    .concat(`\n[tracker.3]\nname = "tracker3"\nlisten = "${added.tracker}"\n`)
    .concat(`\n[id_server.3]\nname = "id3"\nlisten = "${added.id_server}"\n`);
  assert.notEqual(grown, toml);
  await writeFile(stack.configuration, grown);
  await stack.up();
  assert.deepEqual(await pidsOf(stack, services), before);
  assert.ok(await stack.pid('trackerd-3'));
  assert.match(await stack.up(), /Everything is up to date/);
});

test('the storages join it', () =>
  until(
    'all are ACTIVE there',
    async () => {
      const { code, out } = await cli.run('--json', 'nodes');
      return code === 0 && JSON.parse(String(out)).every(({ state }) => state === 'ACTIVE');
    },
    LEARN_MS,
  ));

test('programs that have nothing to do learn of it', async () => {
  for (const service of ENDPOINTS)
    await until(
      `${service} knows all`,
      async () => (await log(service)).includes('there are 3 trackers and 3 ID servers now'),
      LEARN_MS,
    );
});

test('the old ones die for good: uploads and downloads go on', async () => {
  for (const service of old) await killForGood(stack, service);
  for (let i = 0; i < UPLOADS; ++i) {
    const content = randomBytes(i % 8 === 0 ? LARGE_BYTES : SMALL_BYTES);
    const reply = await disk.put(`/file-${i}`, content);
    assert.equal(reply.status, 201, reply.text);
    const read = await disk.get(`/file-${i}`);
    assert.ok(read.body.equals(content), `file-${i}`);
  }
  const file = path.join(scratch, 'file');
  await writeFile(file, randomBytes(LARGE_BYTES));
  for (const by of [cli, new Cli(stack)]) {
    const id = await by.text('upload', file);
    assert.ok((await by.succeeds('download', id, '-')).equals(await readFile(file)));
    await by.succeeds('verify', id);
  }
});

test('their tables are taken out: nothing is restarted, and what is started anew joins what is left', async () => {
  const services = [...Object.keys(stack.storages), ...ENDPOINTS, 'trackerd-3', 'idserverd-3'];
  const before = await pidsOf(stack, services);
  let toml = await readFile(stack.configuration, 'utf8');
  for (const name of ['tracker.1', 'tracker.2', 'id_server.1', 'id_server.2'])
    toml = toml.replace(
      new RegExp(`^\\[${name.replace('.', '\\.')}\\]\\n(?:[^[\\n].*\\n)*`, 'm'),
      '',
    );
  toml = toml
    .replace(/^trackers = \[[^\]]*\]$/m, `trackers = ["${added.tracker}"]`)
    .replace(/^id_servers = \[[^\]]*\]$/m, `id_servers = ["${added.id_server}"]`);
  await writeFile(stack.configuration, toml);
  await stack.up();
  assert.deepEqual(await pidsOf(stack, services), before);
  await stack.restart('storaged-1a');
  await until(
    '1a is ACTIVE',
    async () => (await cli.json('nodes')).find(({ name }) => name === '1a').state === 'ACTIVE',
    LEARN_MS,
  );
  await cli.succeeds('ping');
});
