// What the yardstick nginx does, for several rows.
import { open } from 'node:fs/promises';
import path from 'node:path';

import { freshen } from './content.mjs';
import * as load from './load.mjs';
import { run } from '../../tests/integration/lib/process.mjs';

// A measure: PUTs of new files a second.
export function davPut(connections, bytes) {
  return ({ yardstick, seconds }) =>
    load.putRate(`${yardstick.url}/dav/`, { connections, seconds, bytes });
}

// MiB a second of one large PUT of `file`, durable in the end, of content never sent before.
export async function davPutThenSync({ yardstick }, file, bytes) {
  await freshen(file);
  const name = load.uniqueName();
  const url = `${yardstick.url}/dav/${name}`;
  const start = performance.now();
  await load.uploadSeconds(url, file);
  await sync(path.join(yardstick.directory, 'dav', name));
  const seconds = (performance.now() - start) / 1000;
  await remove(url);
  return mib(bytes / seconds);
}

// A static file of the first `bytes` bytes of `large`: where it is, { file, url }.
export async function staticFile({ yardstick, large }, name, bytes) {
  const file = path.join(yardstick.directory, 'static', name);
  await run('sh', ['-c', 'head -c "$2" "$0" > "$1"', large, file, String(bytes)]);
  return { file, url: `${yardstick.url}/static/${name}` };
}

export async function remove(url, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const reply = await fetch(url, { method: 'DELETE', headers });
  if (!reply.ok) throw new Error(`DELETE ${url}: ${reply.status}`);
}

export function mib(bytes) {
  return bytes / 2 ** 20;
}

async function sync(file) {
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}
