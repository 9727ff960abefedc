// The facts of the machine that the figures depend on.
import os from 'node:os';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { run } from '../../tests/integration/lib/process.mjs';

const SYNC_SECONDS = 4;
const IDLE_SAMPLE_MS = 1000;

// [name, value] pairs for the report. `directory` lies on the disk that is measured.
export async function machineFacts(directory, binaries, checkout) {
  const sync = await syncRate(directory, binaries);
  return [
    ['processor', `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores`],
    ['memory', `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['system', `${await release()}, Linux ${os.release()}`],
    ['file system', await fileSystem(directory)],
    ['fdatasync of 4 KiB, appending', `${sync.append_per_s}/s`],
    ['fdatasync of 4 KiB, overwriting', `${sync.overwrite_per_s}/s`],
    ['nginx', await version('nginx', ['-v'])],
    ['MariaDB', await version('mariadbd', ['--version'])],
    ['yundisk', await commit(checkout)],
  ];
}

// The share of the processor that nobody uses now, 0 to 1.
export async function idleShare() {
  const before = await processorTimes();
  await sleep(IDLE_SAMPLE_MS);
  const after = await processorTimes();
  return (after.idle - before.idle) / (after.total - before.total);
}

async function processorTimes() {
  const [line] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const times = line.split(/\s+/).slice(1).map(Number);
  return { idle: times[3] + times[4], total: times.reduce((sum, time) => sum + time, 0) };
}

async function syncRate(directory, binaries) {
  const file = path.join(directory, `fdatasync-${process.pid}`);
  return JSON.parse(
    await run(path.join(binaries, 'bench_fdatasync'), [file, String(SYNC_SECONDS)]),
  );
}

async function release() {
  const point = await readFile('/etc/debian_version', 'utf8').catch(() => '(not Debian)');
  return `Debian ${point.trim()}`;
}

async function fileSystem(directory) {
  const output = await run('findmnt', ['-no', 'FSTYPE,OPTIONS', '-T', directory]);
  return output.trim().replace(/\s+/g, ' ');
}

async function version(program, args) {
  const output = await run('sh', ['-c', '"$0" "$@" 2>&1', program, ...args]);
  return output.match(/\d+\.\d+\.\d+/)?.[0] ?? output.trim();
}

async function commit(checkout) {
  const git = (...args) => run('git', ['-C', checkout, ...args]).catch(() => '');
  const id = (await git('rev-parse', '--short=12', 'HEAD')).trim();
  const changed = (await git('status', '--porcelain', '--untracked-files=no')).trim();
  return (id || 'not a git checkout') + (changed ? ' with local changes' : '');
}
