// A tracker and an ID server are added while everything runs on, and then the old ones are gone for good: what runs has learnt
// of the new ones by itself.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { Cli } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { freePort } from '../integration/lib/ports.mjs';
import { until } from '../integration/lib/process.mjs';
import { killForGood, pidsOf, startCluster } from './lib/cluster.mjs';

const ENDPOINTS = ['account', 'files', 'upload', 'download', 'admin'];
const LEARN_MS = 30_000;
const SMALL_BYTES = 2000;
const LARGE_BYTES = 300_000; // takes the spool
const UPLOADS = 80; // more than a block of ids

const { stack, scratch } = await startCluster();
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

// Waits until every endpoint has learnt of so many.
async function endpointsKnow(trackers, id_servers) {
  for (const service of ENDPOINTS)
    await until(
      `${service} knows ${trackers} trackers and ${id_servers} ID servers`,
      async () => {
        const told = [...(await log(service)).matchAll(/there are (\d+) trackers and (\d+) ID/g)];
        const [, ...counts] = told.at(-1) ?? [];
        return counts.map(Number).join() === [trackers, id_servers].join();
      },
      LEARN_MS,
    );
}

test('programs that have nothing to do learn of it', () => endpointsKnow(3, 3));

test('rows of the table that an operator edits are followed, and nothing is restarted', async () => {
  const storages = Object.keys(stack.storages);
  const services = [...old, ...storages, ...ENDPOINTS, 'trackerd-3', 'idserverd-3'];
  const before = await pidsOf(stack, services);
  const tried = (address) =>
    Promise.all(
      storages.map((service) =>
        until(
          `${service} tries the tracker at ${address}`,
          async () => (await log(service)).includes(`tracker ${address}:`),
          LEARN_MS,
        ),
      ),
    );

  await stack.sql(`UPDATE services SET enabled = FALSE WHERE address = '${added.id_server}'`);
  await endpointsKnow(3, 2);
  const [gone, moved] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  await stack.sql(`INSERT INTO services (number, address, name) VALUES (1, '${gone}', 'tracker')`);
  await Promise.all([tried(gone), endpointsKnow(4, 2)]);
  await stack.sql(`UPDATE services SET address = '${moved}' WHERE address = '${gone}'`);
  await tried(moved);
  // Nobody answers there: users do not notice.
  assert.equal((await disk.put('/meanwhile', randomBytes(LARGE_BYTES))).status, 201);
  await stack.sql(`DELETE FROM services WHERE address = '${moved}'`);
  await stack.sql(`UPDATE services SET enabled = TRUE WHERE address = '${added.id_server}'`);
  await endpointsKnow(3, 3);
  assert.deepEqual(await pidsOf(stack, services), before);
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
