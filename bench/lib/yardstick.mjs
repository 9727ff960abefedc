// The private nginx and the bare libfcgi echo behind it, in a folder of their own.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { freePort } from '../../tests/integration/lib/ports.mjs';
import { background, until } from '../../tests/integration/lib/process.mjs';

// In sessions of their own, as the supervised programs they are compared with: Linux divides the
// processor between sessions first (sched_autogroup), and wrk's must not be theirs.
const AS_A_SERVICE = { detached: true };
const HERE = path.dirname(new URL(import.meta.url).pathname);

// `settings`: threads of the echo and keepalive connections of its upstream, both as our own
// programs have them. Returns { url, directory, stop() }.
export async function startYardstick(directory, binaries, settings) {
  for (const name of ['static', 'dav', 'body']) {
    await mkdir(path.join(directory, name), { recursive: true });
  }
  const port = await freePort();
  const configuration = path.join(directory, 'nginx.conf');
  await writeFile(configuration, await fillIn(directory, port, settings));
  const echo = await startEcho(directory, binaries, settings.threads);
  const nginx = background('nginx', ['-p', directory, '-c', configuration], AS_A_SERVICE);
  const url = `http://127.0.0.1:${port}`;
  await until('the yardstick nginx answers', () => answers(`${url}/echo/1`));
  return {
    url,
    directory,
    async stop() {
      await nginx.stop();
      await echo.stop();
    },
  };
}

async function fillIn(directory, port, { keepalive }) {
  const values = {
    USER: process.getuid() === 0 ? 'user root;' : '',
    DIRECTORY: directory,
    PORT: port,
    KEEPALIVE: keepalive,
  };
  const template = await readFile(path.join(HERE, '..', 'yardstick.conf'), 'utf8');
  return template.replace(/@([A-Z]+)@/g, (whole, name) => values[name] ?? whole);
}

async function startEcho(directory, binaries, threads) {
  const socket = path.join(directory, 'echo.sock');
  const program = path.join(binaries, 'bench_echo');
  const echo = background(
    'spawn-fcgi',
    ['-s', socket, '-n', '-b', '4096', '--', program, String(threads)],
    AS_A_SERVICE,
  );
  await until('the echo listens', () => existsSync(socket));
  return echo;
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
