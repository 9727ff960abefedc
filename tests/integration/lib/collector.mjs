// The collector made eager, to see what it leaves: exactly the contents that somebody has.
import { readFile, writeFile } from 'node:fs/promises';

import { until } from './process.mjs';
import * as wire from './wire.mjs';

const COLLECT_MS = 30_000;
const EAGER = `
[files]
collect_interval_s = 1
collect_blob_grace_s = 0
collect_pending_grace_s = 1
collect_percent_max = 100
`;

// Only for a stack whose storage holds nothing but what came through REST. Throws unless, in the
// end, the storage holds one object for every blob and every blob is somebody's.
export async function collectEverything(stack) {
  const original = await readFile(stack.configuration, 'utf8');
  await writeFile(stack.configuration, original + EAGER);
  try {
    await stack.restart('files');
    let counts;
    await until('only what somebody has is left', async () => {
      counts = await count(stack);
      return counts.unreferenced + counts.pending === 0 && counts.objects === counts.blobs;
    }, COLLECT_MS).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(counts)}`);
    });
    return counts;
  } finally {
    await writeFile(stack.configuration, original);
    await stack.restart('files');
  }
}

async function count(stack) {
  const number = async (query) => Number((await stack.sql(`SELECT COUNT(*) FROM ${query}`))[0][0]);
  return {
    blobs: await number('blobs'),
    unreferenced: await number('blobs WHERE refs = 0 OR live IS NULL'),
    pending: await number('pending_objects'),
    objects: Number((await storageStatistics(stack)).get('objects')),
  };
}

// name -> value, as text
export async function storageStatistics(stack) {
  const connection = await wire.WireConnection.open(stack.storage, await stack.secret());
  const reply = await connection.call(wire.message(wire.Command.statistics));
  connection.close();
  if (reply?.status !== 0) throw new Error(`statistics: ${reply?.error?.text}`);
  return new Map(
    wire.text(reply.body).trim().split('\n').map((line) => line.split('\t')),
  );
}
