// The load generators of the binary protocol. Each returns what they print.
import path from 'node:path';

import { binaries } from '../../tests/fault/lib/storage_process.mjs';
import { run } from '../../tests/integration/lib/process.mjs';

const GROUP = '1';
const GRACE_MS = 120_000; // a large upload may begin just before the time is up

// `target`: { address, secret_file } of a daemon, secret_file '-' for none. Returns
// { operations_per_s, p50_us, p99_us, p999_us }.
export function wireLoad(operation, target, { connections, seconds, bytes = 1 }) {
  const load = [GROUP, connections, seconds, bytes].map(String);
  return start('bench_wire_load', [operation, target.address, target.secret_file, ...load], seconds);
}

// As clients do it; `tracker` '-': straight to the storage.
export function clientLoad(operation, { tracker, storage, secret_file }, load) {
  const { connections, seconds, bytes = 1 } = load;
  const numbers = [GROUP, connections, seconds, bytes].map(String);
  return start('bench_client_load', [operation, tracker, storage, secret_file, ...numbers], seconds);
}

// The most that any log with group commit reaches in `folder`.
export function sharedLog(folder, { connections, seconds, bytes }) {
  const file = path.join(folder, `shared-log-${process.pid}`);
  return start('bench_shared_log', [file, ...[connections, seconds, bytes].map(String)], seconds);
}

async function start(program, args, seconds) {
  const timeout_ms = seconds * 1000 + GRACE_MS;
  return JSON.parse(await run(path.join(binaries, program), args, { timeout_ms }));
}
