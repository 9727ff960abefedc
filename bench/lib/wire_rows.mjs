// What one storage does over the binary protocol, without HTTP: rows of rows.mjs. Each row has a
// storage of its own, which is thrown away after it.
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { StorageProcess } from '../../tests/fault/lib/storage_process.mjs';
import { startStack } from '../../tests/integration/lib/stack.mjs';
import * as load from './load.mjs';
import { davPut, davPutThenSync, mib, staticFile } from './yardstick_work.mjs';
import { clientLoad, wireLoad } from './wire.mjs';

const CONNECTIONS = 16;
const KIB = 1024;
const MIB = 1024 * KIB;
const LARGE_BYTES = 512 * MIB;

export const wireRows = [
  upload({ name: 'wire-upload-4k', size: '4 KiB', bytes: 4 * KIB, wanted: 1.3 }),
  upload({ name: 'wire-upload-64k', size: '64 KiB', bytes: 64 * KIB, wanted: 1.0 }),
  upload({ name: 'wire-upload-1m', size: '1 MiB', bytes: MIB, wanted: 0.4 }),
  download({ name: 'wire-download-4k', size: '4 KiB', bytes: 4 * KIB, wanted: 0.95 }),
  download({ name: 'wire-download-64k', size: '64 KiB', bytes: 64 * KIB, wanted: 0.9 }),
  download({ name: 'wire-download-1m', size: '1 MiB', bytes: MIB, wanted: 0.95 }),
  viaTracker({ name: 'tracker-upload-4k', operation: 'upload', bytes: 4 * KIB }),
  viaTracker({ name: 'tracker-download-4k', operation: 'download', bytes: 4 * KIB }),
  {
    name: 'replicas-upload-4k',
    work: `upload 4 KiB to two storages, durable on both, ${CONNECTIONS} connections`,
    yardstick: 'the same to one',
    wanted: 0.5,
    unit: 'requests/s',
    prepare: twoReplicas,
    subject: ({ seconds }, { two }) => uploads(two, { seconds, bytes: 4 * KIB }),
    reference: ({ seconds }, { one }) => uploads(one, { seconds, bytes: 4 * KIB }),
    finish: (bench, { finish }) => finish(),
  },
  {
    name: 'wire-upload-512m',
    work: 'upload 512 MiB durable over the binary protocol, one connection',
    yardstick: 'nginx dav PUT followed by fsync',
    wanted: 0.9,
    unit: 'MiB/s',
    async prepare(bench) {
      const { file } = await staticFile(bench, 'half', LARGE_BYTES);
      return { ...(await prepareStorage(bench)), file };
    },
    subject: async ({ seconds }, { target }) => {
      const load = { connections: 1, seconds, bytes: LARGE_BYTES };
      const { operations_per_s } = await wireLoad('upload', target, load);
      return mib(operations_per_s * LARGE_BYTES);
    },
    reference: (bench, { file }) => davPutThenSync(bench, file, LARGE_BYTES),
    finish: (bench, storage) => storage.finish(),
  },
];

function upload({ name, size, bytes, wanted }) {
  return {
    name,
    work: `upload ${size} durable over the binary protocol, ${CONNECTIONS} connections`,
    yardstick: 'nginx dav PUT (not durable)',
    wanted,
    unit: 'requests/s',
    prepare: prepareStorage,
    subject: ({ seconds }, { target }) => uploads(target, { seconds, bytes }),
    reference: davPut(CONNECTIONS, bytes),
    finish: (bench, storage) => storage.finish(),
  };
}

function download({ name, size, bytes, wanted }) {
  return {
    name,
    work: `download ${size} over the binary protocol, ${CONNECTIONS} connections`,
    yardstick: 'static nginx, sendfile',
    wanted,
    unit: 'requests/s',
    async prepare(bench) {
      const { url } = await staticFile(bench, name, bytes);
      return { ...(await prepareStorage(bench)), url };
    },
    subject: async ({ seconds }, { target }) =>
      (await wireLoad('download', target, { connections: CONNECTIONS, seconds, bytes }))
        .operations_per_s,
    reference: ({ seconds }, { url }) => load.getRate(url, { connections: CONNECTIONS, seconds }),
    finish: (bench, storage) => storage.finish(),
  };
}

function viaTracker({ name, operation, bytes }) {
  const rate = async (stack, tracker, seconds) => {
    const { storage, secret_file } = stack;
    const where = { tracker, storage, secret_file };
    const { operations_per_s } = await clientLoad(operation, where, {
      connections: CONNECTIONS,
      seconds,
      bytes,
    });
    return operations_per_s;
  };
  return {
    name,
    work: `${operation} ${bytes / KIB} KiB, the way looked up at the tracker`,
    yardstick: 'the same client without the tracker',
    wanted: 0.95,
    unit: 'requests/s',
    subject: ({ stack, seconds }) => rate(stack, stack.tracker, seconds),
    reference: ({ stack, seconds }) => rate(stack, '-', seconds),
  };
}

async function uploads(target, { seconds, bytes }) {
  const { operations_per_s } = await wireLoad('upload', target, {
    connections: CONNECTIONS,
    seconds,
    bytes,
  });
  return operations_per_s;
}

// A storage by itself, in a session of its own as the supervised ones are.
export async function prepareStorage({ scratch }, settings = {}) {
  const folder = await mkdtemp(path.join(scratch, 'storage-'));
  const storage = await StorageProcess.make(folder, { min_free_bytes: 0, ...settings });
  storage.detached = true;
  await storage.start();
  return {
    storage,
    target: { address: storage.address, secret_file: '-' },
    async finish() {
      await storage.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// A group of one storage and a group of two.
async function twoReplicas(bench) {
  const one = await prepareStorage(bench);
  const { scratch } = bench;
  const home = await mkdtemp(path.join(scratch, 'cluster-'));
  const stack = await startStack({ home, profile: 'cluster' });
  const [address] = Object.values(stack.storages);
  return {
    one: one.target,
    two: { address, secret_file: stack.secret_file },
    async finish() {
      await one.finish();
      await stack.destroy();
    },
  };
}
