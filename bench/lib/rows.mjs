// The questions: each row pits a piece of work against the best the bare parts can do for it.
//
//   name       for --only
//   work, yardstick   what the report says
//   wanted     the least ratio that is good enough
//   unit       of both rates; more is better
//   prepare(bench)    once, before the first round; what it returns goes to the others
//   subject, reference(bench, prepared)   one round each: a rate
//   finish(bench, prepared)    once, after the last round
//
// `bench` is { seconds, disk: { url, token }, stack, yardstick: { url, directory }, large, scratch },
// where `large` is a local file of LARGE_BYTES (content.mjs) and `scratch` a folder.
import { LARGE_BYTES, MEDIUM_BYTES, freshen } from './content.mjs';
import * as load from './load.mjs';
import { storageHttpRow } from './storage_http.mjs';
import { wireRows } from './wire_rows.mjs';
import { davPut, davPutThenSync, mib, remove, staticFile } from './yardstick_work.mjs';

const SMALL_BYTES = 4096;
const LISTED_FILES = 100;
const CONNECTIONS = 32;
const MEDIUM_CONNECTIONS = 8;
const STORAGE_CONNECTIONS = 16;

// The largest come last: a disk that has just taken gigabytes is slower for a while.
export const rows = [
  {
    name: 'healthz',
    work: 'GET /healthz through FastCGI',
    yardstick: 'bare libfcgi echo, as many threads',
    wanted: 0.9,
    unit: 'requests/s',
    async prepare({ disk }) {
      return { bytes: await bodyBytes(`${disk.url}/healthz`) };
    },
    subject: ({ disk, seconds }) =>
      load.getRate(`${disk.url}/healthz`, { connections: CONNECTIONS, seconds }),
    reference: echo('unlogged'),
  },
  {
    name: 'list',
    work: 'list a folder of 100, signed in (cached)',
    yardstick: 'echo returning as many bytes',
    wanted: 0.5,
    unit: 'requests/s',
    async prepare({ disk }) {
      const folder = `bench-list-${load.uniqueName()}`;
      for (let i = 0; i < LISTED_FILES; ++i) {
        await put(disk, `${folder}/A file with a usual name ${i}.txt`, `content of ${folder} ${i}`);
      }
      const url = `${disk.url}/api/v1/files?path=/${folder}`;
      return { url, bytes: await bodyBytes(url, disk.token) };
    },
    subject: ({ disk, seconds }, { url }) =>
      load.getRate(url, { connections: CONNECTIONS, seconds, token: disk.token }),
    reference: echo('echo'),
  },
  {
    name: 'download-4k',
    work: 'download 4 KiB, signed in',
    yardstick: 'echo returning 4 KiB',
    wanted: 0.5,
    unit: 'requests/s',
    async prepare({ disk }) {
      const name = `bench-4k-${load.uniqueName()}`;
      await put(disk, name, name.padEnd(SMALL_BYTES, 'x'));
      return { url: contentUrl(disk, name), bytes: SMALL_BYTES };
    },
    subject: ({ disk, seconds }, { url }) =>
      load.getRate(url, { connections: CONNECTIONS, seconds, token: disk.token }),
    reference: echo('echo'),
  },
  {
    name: 'download-1m',
    work: 'download 1 MiB, signed in',
    yardstick: 'static nginx, sendfile',
    wanted: 0.85,
    unit: 'requests/s',
    prepare: (bench) => stored(bench, 'medium', MEDIUM_BYTES),
    subject: ({ disk, seconds }, { url }) =>
      load.getRate(url, { connections: MEDIUM_CONNECTIONS, seconds, token: disk.token }),
    reference: ({ seconds }, { static_url }) =>
      load.getRate(static_url, { connections: MEDIUM_CONNECTIONS, seconds }),
  },
  {
    name: 'upload-4k',
    work: 'upload 4 KiB durable, 32 connections, REST',
    yardstick: 'nginx dav PUT (not durable)',
    wanted: 0.2,
    unit: 'requests/s',
    subject: ({ disk, seconds }) =>
      load.putRate(contentUrl(disk, ''), {
        connections: CONNECTIONS,
        seconds,
        token: disk.token,
        bytes: SMALL_BYTES,
      }),
    reference: davPut(CONNECTIONS, SMALL_BYTES),
  },
  storageHttpRow({
    name: 'storage-http-4k',
    size: '4 KiB',
    bytes: SMALL_BYTES,
    connections: STORAGE_CONNECTIONS,
    wanted: 0.8,
  }),
  storageHttpRow({
    name: 'storage-http-1m',
    size: '1 MiB',
    bytes: MEDIUM_BYTES,
    connections: MEDIUM_CONNECTIONS,
    wanted: 0.9,
  }),
  {
    name: 'download-1g',
    work: 'download 1 GiB, signed in',
    yardstick: 'static nginx, sendfile',
    wanted: 0.95,
    unit: 'MiB/s',
    prepare: (bench) => stored(bench, 'large', LARGE_BYTES),
    subject: async ({ disk }, { url }) => mib(await load.downloadRate(url, disk.token)),
    reference: async (bench, { static_url }) => mib(await load.downloadRate(static_url)),
  },
  {
    name: 'upload-1g',
    work: 'upload 1 GiB durable, REST',
    yardstick: 'nginx dav PUT followed by fsync',
    wanted: 0.7,
    unit: 'MiB/s',
    subject: uploadLarge,
    reference: (bench) => davPutThenSync(bench, bench.large, LARGE_BYTES),
  },
  ...wireRows,
];

function echo(location) {
  return ({ yardstick, seconds }, { bytes }) =>
    load.getRate(`${yardstick.url}/${location}/${bytes}`, { connections: CONNECTIONS, seconds });
}

// Both large uploads start from a disk with nothing left to write, with content never sent before.
async function uploadLarge({ disk, large }) {
  await freshen(large);
  const url = contentUrl(disk, `bench-large-${load.uniqueName()}`);
  const seconds = await load.uploadSeconds(url, large, disk.token);
  await remove(url, disk.token);
  return mib(LARGE_BYTES / seconds);
}

// The same bytes as a static file of the yardstick and as a file of the disk.
async function stored(bench, name, bytes) {
  const { file, url: static_url } = await staticFile(bench, name, bytes);
  const url = contentUrl(bench.disk, `bench-${name}-${load.uniqueName()}`);
  await load.uploadSeconds(url, file, bench.disk.token);
  return { url, static_url };
}

async function put(disk, name, content) {
  const headers = { authorization: `Bearer ${disk.token}` };
  const reply = await fetch(contentUrl(disk, name), { method: 'PUT', headers, body: content });
  if (!reply.ok) throw new Error(`PUT ${name}: ${reply.status} ${await reply.text()}`);
  await reply.arrayBuffer();
}

async function bodyBytes(url, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const reply = await fetch(url, { headers });
  if (!reply.ok) throw new Error(`GET ${url}: ${reply.status} ${await reply.text()}`);
  return (await reply.arrayBuffer()).byteLength;
}

function contentUrl(disk, name) {
  return `${disk.url}/api/v1/content/${name.split('/').map(encodeURIComponent).join('/')}`;
}
