// Where trackers send clients: groups by the rules of yundisk.toml and the table of groups, storages by their load and by what
// endpoints report of them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';

import { Cli, Exit } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { freePort } from '../integration/lib/ports.mjs';
import { until } from '../integration/lib/process.mjs';
import * as wire from '../integration/lib/wire.mjs';
import { FOUR, allActive, cliAt, startCluster } from './lib/cluster.mjs';

const HELD_BYTES = 32 * 2 ** 20; // more than sockets hold
const MAX_IN_FLIGHT = 3;
const HINTS = 15;
const OUT_AFTER_ERRORS = 5;
// A tracker that is told nothing reads the table of members every second.
const HINT_MS = 250;
const PROBED_MS = 60_000;

const { stack, scratch } = await startCluster();
const secret = await stack.secret();

// What stands before 1a: clients and trackers are told its address.
const gate = { port: await freePort(), open: true, sockets: new Set() };
gate.server = net.createServer((client) => {
  if (!gate.open) return client.destroy();
  const [host, port] = stack.storages['storaged-1a'].split(':');
  const storage = net.connect(Number(port), host);
  for (const [from, to] of [
    [client, storage],
    [storage, client],
  ]) {
    gate.sockets.add(from);
    from.pipe(to);
    from.on('error', () => {});
    from.on('close', () => {
      gate.sockets.delete(from);
      to.destroy();
    });
  }
});
await new Promise((resolve) => {
  gate.server.listen(gate.port, '127.0.0.1', resolve);
});
const GATE = `127.0.0.1:${gate.port}`;

after(() => {
  gate.server.close();
  for (const socket of gate.sockets) socket.destroy();
});

const toml = await readFile(stack.configuration, 'utf8');
await writeFile(
  stack.configuration,
  `${toml}\n[tracker]\nplacement = "fill"\nmax_in_flight_per_storage = ${MAX_IN_FLIGHT}\n` +
    `addresses = ["1/1a=${GATE}"]\n`,
);
await stack.up();
await allActive(stack, FOUR);

const trackers = Object.keys(stack.trackers);
const connections = await Promise.all(
  trackers.map((name) => wire.WireConnection.open(stack.trackers[name], secret)),
);
after(() => connections.forEach((connection) => connection.close()));
const [tracker, other_tracker] = connections;
const owner = { application: 'test', user: 'placement' };

async function placedIn(region) {
  const reply = await tracker.call(wire.place(owner, 1000, region));
  assert.equal(reply.status, 0, reply.error?.text);
  return wire.text(reply.body.subarray(0, 17));
}

async function storagesOf(file) {
  const reply = await tracker.call(wire.addresses({ ...owner, file }));
  assert.equal(reply.status, 0, reply.error?.text);
  return wire.text(reply.body.subarray(17)).split(';').filter(Boolean);
}

test('`fill`: one group after the other', async () => {
  for (let i = 0; i < 20; ++i) assert.equal(await placedIn(), '1');
});

test('a region is a column of the table of groups', async () => {
  await stack.sql(`INSERT INTO storage_groups (group_name, region) VALUES ('2', 'north')`);
  await until('group 2 is in the north', async () => (await placedIn('north')) === '2');
  assert.equal(await placedIn(), '1');
  assert.equal(await placedIn('nowhere'), '1');
});

test('a machine, and the CLI, say which region new content is wanted in', async () => {
  const cli = new Cli(stack);
  const place = (...args) => cli.run('place', '1000', ...args);
  assert.match((await place('--region', 'north')).out.toString(), /^2 /);
  assert.match((await place()).out.toString(), /^1 /);
  const long = await place('--region', 'r'.repeat(33));
  assert.equal(long.code, Exit.other);
  assert.match(long.errors, /region/);

  const file = path.join(scratch, 'region.toml');
  const text = await readFile(stack.configuration, 'utf8');
  await writeFile(file, text.replace('[cluster]', '[cluster]\nregion = "north"'));
  const there = new Cli(stack, ['--config', file]);
  const id = await there.text('upload', file);
  assert.match(id, /^2\//);
});

test('what a group is to keep free is kept free', async () => {
  await stack.sql(`INSERT INTO storage_groups (group_name, reserve_bytes) VALUES ('1', 1 << 60)`);
  await until('group 1 is full', async () => (await placedIn()) === '2');
  await stack.sql(`DELETE FROM storage_groups WHERE group_name = '1'`);
  await until('group 1 has room', async () => (await placedIn()) === '1');
});

// An id of one of the sixteen buckets that 1a is first for.
async function idAtFirst() {
  for (let i = 0; ; ++i) if ((await storagesOf(`1/${i}`))[0] === GATE) return `1/${i}`;
}

// What each tracker thinks of 1a.
async function offered() {
  const lists = await Promise.all(trackers.map((name) => cliAt(stack, name).json('nodes')));
  return lists.map((list) => list.find(({ name }) => name === '1a').offered);
}

function closeGate() {
  gate.open = false;
  for (const socket of gate.sockets) socket.destroy();
}

test('a storage with too many requests in flight is asked after the others', async () => {
  const file = path.join(scratch, 'held');
  await writeFile(file, randomBytes(HELD_BYTES));
  const id = await cliAt(stack, trackers[0]).text('upload', file, '--id', '1/held');
  const readers = [];
  const bucket = await idAtFirst();
  try {
    for (let i = 0; i < MAX_IN_FLIGHT; ++i) {
      const reader = await wire.WireConnection.open(stack.storages['storaged-1a'], secret);
      readers.push(reader);
      reader.socket.pause();
      reader.send(wire.download({ application: 'cli', user: 'cli', file: id }));
    }
    await until('1a is asked last', async () => (await storagesOf(bucket)).at(-1) === GATE);
  } finally {
    for (const reader of readers) reader.close();
  }
  await until('1a is asked first again', async () => (await storagesOf(bucket))[0] === GATE);
});

test('a tracker tells the other one of a change at once', async () => {
  const watch = async (known) => {
    const reply = await other_tracker.call(wire.watch(known, '2'));
    assert.equal(reply.status, 0, reply.error?.text);
    return reply.body.readBigUInt64BE(0);
  };
  let version = await watch(0);
  const took = [];
  for (let i = 0; i < HINTS; ++i) {
    const { drain, activate } = wire.MemberAction;
    const changed = watch(version);
    const action = i % 2 === 0 ? drain : activate;
    const reply = await tracker.call(wire.set_member({ group: '2', host: '2b' }, action));
    assert.equal(reply.status, 0, reply.error?.text);
    const start = Date.now();
    version = await changed;
    took.push(Date.now() - start);
  }
  await tracker.call(wire.set_member({ group: '2', host: '2b' }, wire.MemberAction.activate));
  const [middle] = took.sort((a, b) => a - b).slice(HINTS / 2);
  assert.ok(middle < HINT_MS, `${took} ms`);
});

test('a storage that endpoints cannot reach is taken out by their reports, and back by a probe', async () => {
  const disk = await signUp(stack.url);
  // Each is read once: the program keeps small ones.
  const files = Array.from({ length: 120 }, (_, i) => `/file-${i}`);
  for (const file of files) assert.equal((await disk.put(file, randomBytes(1000))).status, 201);
  const readSome = async () => {
    for (const file of files.splice(0, 10)) assert.equal((await disk.get(file)).status, 200);
  };
  closeGate();
  await until(
    '1a is out',
    async () => {
      await readSome();
      return (await offered()).every((is) => !is);
    },
    PROBED_MS,
  );
  gate.open = true;
  await until('1a is offered again', async () => (await offered()).every(Boolean), PROBED_MS);
  await readSome();
});

test('route --udp --report: a storage whose calls fail is taken out, and comes back', async () => {
  const cli = new Cli(stack);
  const id = await idAtFirst();
  const { report } = await cli.json('route', id, '--udp', '--report');
  assert.deepEqual([report.address, report.outcome], [GATE, 'ok']);
  closeGate();
  for (let i = 0; i < OUT_AFTER_ERRORS; ++i) {
    const { code, out } = await cli.run('--json', 'route', id, '--udp', '--report');
    assert.equal(code, Exit.unavailable);
    const told = JSON.parse(String(out)).report;
    assert.deepEqual([told.address, told.outcome], [GATE, 'failed']);
  }
  await until('1a is out', async () => (await offered()).every((is) => !is), PROBED_MS);
  gate.open = true;
  await until('1a is offered again', async () => (await offered()).every(Boolean), PROBED_MS);
});
