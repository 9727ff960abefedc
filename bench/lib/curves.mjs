// The storage core over size, connections and number of objects, and the rates of its other parts:
// figures that have no yardstick, for docs/performance.md.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { run } from '../../tests/integration/lib/process.mjs';
import { clientLoad, sharedLog, wireLoad } from './wire.mjs';
import { prepareStorage } from './wire_rows.mjs';

const KIB = 1024;
const MIB = 1024 * KIB;
const CONNECTIONS = 16;
const SIZES = [1, 4, 16, 64, 256, 1024, 4096, 16384].map((size) => size * KIB);
const CONNECTION_COUNTS = [1, 4, 16, 64, 256];
const SMALL_BYTES = 4 * KIB;
const SCRUBBED_OBJECTS = 20_000;
const SCRUBBED_BYTES = 64 * KIB;
const SCRUB_SECONDS = 8;
const UNLIMITED = 2 ** 40;
const OBJECT_COUNTS = [10_000, 100_000, 1_000_000];
const QUICK_OBJECT_COUNTS = [10_000];

// { sizes, connections, starts, rates }: lists of points, and [name, text] pairs.
export async function measureCurves(bench, { quick }) {
  return {
    sizes: await overSize(bench),
    connections: await overConnections(bench),
    starts: await overObjects(quick ? QUICK_OBJECT_COUNTS : OBJECT_COUNTS),
    rates: [
      ['ids drawn one by one, 16 connections', `${whole(await idRate(bench))}/s`],
      ['look-ups over UDP, 16 clients', `${whole(await udpRate(bench))}/s`],
      ['scrub of 64 KiB objects, unlimited', `${whole(await scrubRate(bench))} MiB/s`],
    ],
  };
}

// Operations a second of { upload, download } and of a bare log (`ceiling`), and the time an upload takes.
async function measurePoint(bench, load) {
  const { target, finish } = await prepareStorage(bench);
  const upload = await wireLoad('upload', target, load);
  const download = await wireLoad('download', target, load);
  await finish();
  const ceiling = await sharedLog(bench.scratch, load);
  return {
    upload: upload.operations_per_s,
    download: download.operations_per_s,
    ceiling: ceiling.operations_per_s,
    p50_ms: upload.p50_us / 1000,
    p99_ms: upload.p99_us / 1000,
    p999_ms: upload.p999_us / 1000,
  };
}

// At each size, over 16 connections.
async function overSize(bench) {
  const points = [];
  for (const bytes of SIZES) {
    const load = { connections: CONNECTIONS, seconds: bench.seconds, bytes };
    points.push({ bytes, ...(await measurePoint(bench, load)) });
    progress(`${bytes / KIB} KiB`);
  }
  return points;
}

// For 4 KiB, over how many connections there are.
async function overConnections(bench) {
  const points = [];
  for (const connections of CONNECTION_COUNTS) {
    const load = { connections, seconds: bench.seconds, bytes: SMALL_BYTES };
    points.push({ connections, ...(await measurePoint(bench, load)) });
    progress(`${connections} connections`);
  }
  return points;
}

// Seconds that a storage takes to start: { objects, orderly, killed, rebuilt }.
async function overObjects(counts) {
  const points = [];
  for (const count of counts) {
    const program = path.resolve(import.meta.dirname, '../storage_start');
    const output = await run(program, ['--objects', String(count)], { timeout_ms: 1_800_000 });
    const lines = output.trim().split('\n').map((line) => JSON.parse(line));
    const started = (what) => lines.find((line) => line.what === what);
    points.push({
      objects: started('after kill -9').objects,
      orderly: started('after an orderly end').start_s,
      killed: started('after kill -9').start_s,
      rebuilt: started('without its index').start_s,
    });
    progress(`${count} objects`);
  }
  return points;
}

async function idRate({ stack, seconds }) {
  const target = { address: stack.id_server, secret_file: stack.secret_file };
  return (await wireLoad('ids', target, { connections: CONNECTIONS, seconds })).operations_per_s;
}

async function udpRate({ stack, seconds }) {
  const { tracker, storage, secret_file } = stack;
  const load = { connections: CONNECTIONS, seconds };
  return (await clientLoad('udp', { tracker, storage, secret_file }, load)).operations_per_s;
}

// MiB a second that a scrub reads and checks, when it comes round all the time.
async function scrubRate(bench) {
  const settings = { scrub_bytes_per_s: UNLIMITED, verify_max_age_s: 2 };
  const { storage, target, finish } = await prepareStorage(bench, settings);
  try {
    const load = { connections: CONNECTIONS, seconds: 1, bytes: SCRUBBED_BYTES };
    while ((await statistic(storage, 'objects')) < SCRUBBED_OBJECTS)
      await wireLoad('upload', target, load);
    const before = await statistic(storage, 'scrub_verified');
    await sleep(SCRUB_SECONDS * 1000);
    const verified = (await statistic(storage, 'scrub_verified')) - before;
    return (verified * SCRUBBED_BYTES) / MIB / SCRUB_SECONDS;
  } finally {
    await finish();
  }
}

async function statistic(storage, name) {
  const value = (await storage.statistics()).get(name);
  if (value === undefined) throw new Error(`the storage tells no '${name}'`);
  return Number(value);
}

function whole(number) {
  return Math.round(number).toLocaleString('en-US');
}

function progress(what) {
  process.stdout.write(`${what} ... `);
}
