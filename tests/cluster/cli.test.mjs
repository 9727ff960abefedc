// What yundisk-cli tells of a cluster, and how it exits when part of one is away.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { Cli, Exit } from '../integration/lib/cli.mjs';
import { until } from '../integration/lib/process.mjs';
import { FOUR, allActive, killForGood, revive, startCluster, states } from './lib/cluster.mjs';

const { stack, scratch } = await startCluster();
const cli = new Cli(stack);

test('ping and monitor see every daemon', async () => {
  const answers = await cli.json('ping');
  assert.equal(answers.length, 8);
  assert.ok(answers.every(({ answers: ok }) => ok));
  const monitor = await cli.json('monitor', '--once');
  assert.equal(monitor.groups.length, 2);
  assert.equal(monitor.storages.length, 4);
  assert.ok(monitor.storages.every(({ free_bytes }) => free_bytes > 0));
  const storage = monitor.daemons.find(({ node }) => node === '2/2b');
  assert.equal(storage.address, stack.storages['storaged-2b']);
  assert.ok(Number(storage.statistics.requests) > 0);
  const screen = await cli.text('monitor', '--once');
  for (const node of FOUR) assert.match(screen, new RegExp(`\\b${node}\\b.* ACTIVE `));
});

test('monitor goes on, a line each with --json, until it is ended', async () => {
  const monitor = cli.start('--json', 'monitor', '--interval', '1');
  const lines = [];
  for await (const line of createInterface({ input: monitor.stdout })) {
    lines.push(line);
    if (lines.length >= 2) break;
  }
  monitor.kill();
  for (const line of lines) assert.equal(JSON.parse(line).storages.length, 4);
});

test('verify looks at every member of the group', async () => {
  const file = path.join(scratch, 'file');
  await writeFile(file, randomBytes(1000));
  const id = await cli.text('upload', file);
  const { out } = await cli.run('--json', 'verify', id);
  const { copies } = JSON.parse(String(out));
  assert.deepEqual(
    copies.map(({ node }) => node),
    id.startsWith('1/') ? ['1a', '1b'] : ['2a', '2b'],
  );
  assert.ok(copies.some(({ state, size }) => state === 'healthy' && size === 1000));
  await cli.fails(Exit.not_found, 'verify', '1/404404404');
  await cli.fails(Exit.not_found, 'verify', 'nogroup/1');
});

test('place names a group with room and its storages', async () => {
  const { group, storages } = await cli.json('place', '64K');
  const members = Object.entries(stack.storages)
    .filter(([name]) => name.startsWith(`storaged-${group}`))
    .map(([, address]) => address);
  assert.deepEqual(storages.sort(), members.sort());
  await cli.fails(Exit.refused, 'place', '8000000T');
  await cli.fails(Exit.usage, 'place', 'much');
});

test('bench leaves nothing behind', async () => {
  const objects = async () => {
    const { daemons } = await cli.json('monitor', '--once');
    return daemons.map(({ statistics }) => Number(statistics?.objects ?? 0));
  };
  const before = await objects();
  assert.ok(before.some((count) => count > 0));
  const [uploads] = await cli.json('bench', '--size', '4K', '--connections', '2', '--seconds', '1');
  assert.ok(uploads.operations > 0);
  assert.deepEqual(await objects(), before);
});

test('many ids at once are all different', async () => {
  const lines = (await cli.text('id', 'cluster-cli', '--count', '3000')).split('\n');
  assert.equal(new Set(lines).size, 3000);
});

test('a draining storage gets nothing new until it is active again', async () => {
  for (const node of ['1/1a', '1/1b']) await cli.succeeds('drain', node);
  const standings = async () =>
    (await cli.json('nodes')).map(({ name, standing }) => `${name} ${standing}`).sort();
  assert.deepEqual(await standings(), ['1a draining', '1b draining', '2a active', '2b active']);
  for (let i = 0; i < 8; ++i) assert.equal((await cli.json('place', '1K')).group, '2');
  await cli.fails(Exit.other, 'remove', '2/2a');
  await cli.fails(Exit.not_found, 'drain', '1/nobody');
  await cli.fails(Exit.other, 'drain', 'nobody');
  for (const node of ['1/1a', '1/1b']) await cli.succeeds('activate', node);
  await until(
    'group 1 is offered again',
    async () => (await cli.json('place', '1K')).group === '1',
  );
});

test('a daemon that is away: ping and monitor say so, and exit with 4', async () => {
  await killForGood(stack, 'idserverd-2');
  await killForGood(stack, 'storaged-2b');
  for (const command of [['ping'], ['monitor', '--once']]) {
    const { code, out, errors } = await cli.run('--json', ...command);
    assert.equal(code, Exit.unavailable);
    assert.match(errors, /2 of 8 daemons do not answer/);
    const answer = JSON.parse(String(out));
    const silent = (answer.daemons ?? answer).filter(({ answers: ok }) => !ok);
    assert.deepEqual(
      silent.map(({ address }) => address),
      [stack.id_servers['idserverd-2'], stack.storages['storaged-2b']],
    );
  }
  await until('it is OFFLINE', async () =>
    (await states(stack, 'trackerd-1')).some((one) => one.join() === '2b,OFFLINE'),
  );
  await revive(stack, 'idserverd-2');
  await revive(stack, 'storaged-2b');
  await allActive(stack, FOUR);
  await cli.succeeds('ping');
});
