// The load generators: wrk for many small requests, curl for one large one, and our own client for
// the binary protocol. Each returns a rate; a single failed request makes the measurement an error,
// because a server that fails fast must not look fast.
import { run } from '../../tests/integration/lib/process.mjs';
import path from 'node:path';

const HERE = path.dirname(new URL(import.meta.url).pathname);
const WRK_THREADS = 2;
const WRK_DEADLINE_S = 10; // for one request
const LARGE_TIMEOUT_MS = 300_000;

// Requests a second for GET `url`.
export function getRate(url, { connections, seconds, token }) {
  return wrk('get.lua', url, token ? [token] : [], { connections, seconds });
}

// Requests a second for PUTs of new files of `bytes` bytes below the folder `url` (ends in '/').
export function putRate(url, { connections, seconds, token, bytes }) {
  const args = [uniqueName(), String(bytes), ...(token ? [token] : [])];
  return wrk('put.lua', url, args, { connections, seconds });
}

async function wrk(script, url, scriptArgs, { connections, seconds }) {
  const output = await run(
    'wrk',
    [
      '-t',
      String(WRK_THREADS),
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '--timeout',
      `${WRK_DEADLINE_S}s`,
      '-s',
      path.join(HERE, '..', 'wrk', script),
      url,
      '--',
      ...scriptArgs,
    ],
    { timeout_ms: (seconds + 3 * WRK_DEADLINE_S) * 1000 },
  );
  const result = JSON.parse(output.trim().split('\n').at(-1));
  if (result.failed > 0 || result.requests === 0) {
    throw new Error(`${url}: ${result.failed} of ${result.requests} requests failed`);
  }
  return result.requests / (result.duration_us / 1e6);
}

// Bytes a second of one download, thrown away.
export async function downloadRate(url, token) {
  const { size_download, time_total } = await curl(['-o', '/dev/null', ...bearer(token), url]);
  return size_download / time_total;
}

// Seconds that PUT of `file` to `url` takes.
export async function uploadSeconds(url, file, token) {
  const { time_total } = await curl(['-o', '/dev/null', '-T', file, ...bearer(token), url]);
  return time_total;
}

async function curl(args) {
  const output = await run('curl', ['-sS', '--fail', '-w', '%{json}', ...args], {
    timeout_ms: LARGE_TIMEOUT_MS,
  });
  return JSON.parse(output);
}

function bearer(token) {
  return token ? ['-H', `Authorization: Bearer ${token}`] : [];
}

let names = 0;
// A name no run used before: uploads of the same path or content would measure something else.
export function uniqueName() {
  names += 1;
  return `${Date.now().toString(36)}-${process.pid}-${names}`;
}
