// 10,000 connections that do nothing, or next to nothing: the daemon's memory stays small and others
// are served as before. And lengths that no body has.
//
// YUNDISK_CONNECTIONS: how many (default 10000).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { after, test } from 'node:test';

import { useStack } from '../integration/lib/stack.mjs';
import { until } from '../integration/lib/process.mjs';
import * as wire from '../integration/lib/wire.mjs';
import { contentOf, keyOf } from './lib/objects.mjs';

const CONNECTIONS = Number(process.env.YUNDISK_CONNECTIONS ?? 10_000);
// Of these: authenticated and then idle; in the middle of a header; sending a byte a second.
const HALF_OPEN = Math.floor(CONNECTIONS / 20);
const SLOW = Math.floor(CONNECTIONS / 20);
const AT_ONCE = 200;
const SOURCES = 8; // 127.0.0.2 and on: one address has not that many ports to spare
const MEMORY_BYTES = 64 * 2 ** 20;
const LEAST_RATIO = 0.5;
const MEASURED_MS = 1000;
const ROUNDS = 5;
const MEASURING = 8; // connections
const TIMEOUT_MS = 240_000;

const stack = await useStack();
const secret = await stack.secret();
const key = keyOf('1', `flood-${process.pid}`);
const storage = await wire.WireConnection.open(stack.storage, secret);
after(() => storage.close());
assert.equal((await storage.call(wire.upload(key, contentOf(1, 4096)))).status, 0);

const TARGETS = {
  storaged: { address: stack.storage, ask: wire.download(key), body: wire.upload(keyOf('1', 'slow'), Buffer.alloc(4096)) },
  trackerd: { address: stack.tracker, ask: wire.addresses(key), body: wire.addresses(key) },
};

async function residentBytes(service) {
  const pid = await stack.pid(service);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
}

function connect(address, number) {
  const at = address.lastIndexOf(':');
  const options = {
    host: address.slice(0, at),
    port: Number(address.slice(at + 1)),
    localAddress: `127.0.0.${2 + (number % SOURCES)}`,
  };
  return new Promise((resolve, reject) => {
    const socket = net.connect(options, () => resolve(socket));
    socket.once('error', reject);
  });
}

class Flood {
  constructor(address, body) {
    this.address = address;
    this.body = body;
    this.sockets = [];
    this.slow = [];
  }

  async open() {
    for (let made = 0; made < CONNECTIONS; made += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, CONNECTIONS - made) }, (_, i) => made + i);
      await Promise.all(numbers.map((number) => this.add(number)));
    }
    this.timer = setInterval(() => this.drip(), 1000);
  }

  async add(number) {
    const socket = await connect(this.address, number);
    socket.on('error', () => {});
    this.sockets.push(socket);
    if (number < HALF_OPEN) {
      socket.write(wire.header(0, wire.Command.statistics).subarray(0, 1 + (number % 9)));
      return;
    }
    await new wire.WireConnection(socket).authenticate(secret);
    if (number < HALF_OPEN + SLOW) this.slow.push({ socket, at: 0 });
  }

  drip() {
    for (const slow of this.slow) {
      if (slow.socket.destroyed) continue;
      slow.socket.write(this.body.subarray(slow.at, slow.at + 1));
      slow.at += 1;
    }
  }

  close() {
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
  }
}

// Requests a second over connections of its own.
async function rate(address, ask) {
  const connections = await Promise.all(
    Array.from({ length: MEASURING }, () => wire.WireConnection.open(address, secret)),
  );
  const end = Date.now() + MEASURED_MS;
  let requests = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (; Date.now() < end; ++requests) {
        const reply = await connection.call(ask);
        assert.equal(reply?.status, 0, reply?.error?.text);
      }
    }),
  );
  for (const connection of connections) connection.close();
  return (requests * 1000) / MEASURED_MS;
}

async function bestRate(address, ask) {
  let best = 0;
  for (let round = 0; round < ROUNDS; ++round) best = Math.max(best, await rate(address, ask));
  return best;
}

for (const [service, { address, ask, body }] of Object.entries(TARGETS)) {
  test(`${CONNECTIONS} connections to ${service}`, { timeout: TIMEOUT_MS }, async (t) => {
    const quiet = await bestRate(address, ask);
    const before = await residentBytes(service);
    const flood = new Flood(address, body);
    after(() => flood.close());
    await flood.open();
    const grown = (await residentBytes(service)) - before;
    const flooded = await bestRate(address, ask);
    const closed = flood.sockets.filter((socket) => socket.destroyed).length;
    flood.close();
    t.diagnostic(
      `${service}: ${(grown / CONNECTIONS).toFixed(0)} bytes a connection, ` +
        `${flooded.toFixed(0)} requests/s of ${quiet.toFixed(0)}, ${closed} closed by then`,
    );
    assert.ok(grown < MEMORY_BYTES, `${service} has grown by ${grown} bytes`);
    assert.ok(flooded >= LEAST_RATIO * quiet, `${flooded} requests/s, ${quiet} without the flood`);
    const most = HALF_OPEN + SLOW;
    assert.ok(closed <= most, `${closed} connections were closed, at most ${most} deserved it`);
  });

  test(`lengths that no body has, to ${service}`, { timeout: TIMEOUT_MS }, async () => {
    const before = await residentBytes(service);
    for (const command of [...Object.values(wire.Command), 0, 255]) {
      for (const length of [2n ** 64n - 1n, 2n ** 63n, 2n ** 40n + 1000n]) {
        const connection = await wire.WireConnection.open(address, secret);
        connection.send(Buffer.concat([wire.header(length, command), Buffer.alloc(1000, 0xff)]));
        const reply = await connection.reply();
        assert.ok(reply === null || reply.error, `command ${command} with ${length} bytes`);
        connection.close();
      }
    }
    const grown = (await residentBytes(service)) - before;
    assert.ok(grown < MEMORY_BYTES, `${service} has grown by ${grown} bytes`);
    await until(`${service} still answers`, async () => (await rate(address, ask)) > 0);
  });
}
