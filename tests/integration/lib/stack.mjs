// A real stack: nginx, endpoints, daemons, MariaDB and Redis, in a home folder of its own.
//
// tests/integration/run starts one for all test files and hands it over in YUNDISK_TEST_HOME; a
// file run by itself (node --test accounts.test.mjs) starts and stops its own.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const UP_TIMEOUT_MS = 300_000;
const LOG_LINES = 25;
const MAX_OUTPUT_BYTES = 16 * 2 ** 20;
const CRASH = /SIG(SEGV|ABRT|BUS|ILL|FPE|SYS)/;

export const CHECKOUT = path.resolve(new URL('../../..', import.meta.url).pathname);

// The stack of this run; it stops when the tests of the calling file have ended, if this call
// started it.
export async function useStack({ profile } = {}) {
  if (process.env.YUNDISK_TEST_HOME) return describe(process.env.YUNDISK_TEST_HOME);
  const stack = await startStack({ profile });
  after(() => stack.destroy());
  return stack;
}

// Starts a stack in `home` (default: a new folder for test data); `profile` as for `up --profile`.
export async function startStack({ home, profile } = {}) {
  const folder = home ?? (await mkdtemp(path.join(scratchFolder(), 'yd-')));
  stopWhenInterrupted(folder);
  const chosen = profile ? ['--profile', profile] : [];
  await launcher(folder, ['up', '--ports', 'auto', '--no-install', ...chosen]);
  return describe(folder);
}

// A test that is ended from outside must not leave a stack behind. Who handles the signal ends the
// stack too.
function stopWhenInterrupted(home) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    if (process.listenerCount(signal) > 0) continue;
    process.once(signal, () => {
      const env = { ...process.env, YUNDISK_HOME: home };
      spawnSync(path.join(CHECKOUT, 'yundisk'), ['down'], { env, stdio: 'ignore' });
      process.exit(1);
    });
  }
}

// Where tests keep their data: a real disk, because durability is what they test.
export function scratchFolder() {
  return process.env.YUNDISK_TEST_SCRATCH ?? os.tmpdir();
}

// Runs ./yundisk for the home and returns what it printed; throws with all of it on failure.
export async function launcher(home, args) {
  const options = {
    env: { ...process.env, YUNDISK_HOME: home },
    timeout: UP_TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  };
  try {
    return (await execute(path.join(CHECKOUT, 'yundisk'), args, options)).stdout;
  } catch (error) {
    throw new Error(`./yundisk ${args.join(' ')}: ${error.stdout ?? ''}${error.stderr ?? error}`);
  }
}

async function describe(home) {
  const settings = JSON.parse(await launcher(home, ['env', '--json']));
  return new Stack(home, settings);
}

class Stack {
  // `settings`: what ./yundisk env --json says.
  constructor(home, settings) {
    this.home = home;
    this.url = settings.YUNDISK_URL;
    this.binaries = settings.YUNDISK_BIN;
    this.configuration = settings.YUNDISK_CONFIG;
    this.nginx_configuration = path.join(home, 'nginx/nginx.conf');
    this.spool = settings.YUNDISK_SPOOL;
    // By the name of the service: "ip:port".
    this.trackers = byName(settings.YUNDISK_TRACKERS);
    this.id_servers = byName(settings.YUNDISK_ID_SERVERS);
    this.storages = byName(settings.YUNDISK_STORAGES);
    this.tracker = settings.YUNDISK_TRACKER;
    this.id_server = settings.YUNDISK_ID_SERVER;
    this.storage = settings.YUNDISK_STORAGE;
    this.storage_http = settings.YUNDISK_STORAGE_HTTP;
    this.storage_data = settings.YUNDISK_STORAGE_DATA;
    this.secret_file = settings.YUNDISK_SECRET_FILE;
    this.secrets_file = settings.YUNDISK_SECRETS_FILE;
    this.database_socket = settings.YUNDISK_MARIADB_SOCKET;
    this.redis_socket = settings.YUNDISK_REDIS_SOCKET;
    this.services = settings.YUNDISK_SERVICES;
    this.logs = settings.YUNDISK_LOG;
  }

  // The cluster secret, as bytes.
  async secret() {
    return Buffer.from((await readFile(this.secret_file, 'utf8')).trim(), 'hex');
  }

  // Rows of a query, each an array of texts (NULL as "NULL"); binary columns through HEX().
  async sql(statement) {
    const { stdout } = await execute(
      'mariadb',
      [
        '--no-defaults',
        '--batch',
        '--skip-column-names',
        '--raw',
        `--socket=${this.database_socket}`,
        '--user=yundisk',
        'yundisk',
        '-e',
        statement,
      ],
      {
        env: { ...process.env, MYSQL_PWD: await this.databasePassword() },
        maxBuffer: MAX_OUTPUT_BYTES,
      },
    );
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'));
  }

  async databasePassword() {
    const secrets = await readFile(this.secrets_file, 'utf8');
    return secrets.match(/^YUNDISK_DATABASE_PASSWORD=(.*)$/m)[1].replace(/^(['"])(.*)\1$/, '$2');
  }

  // Tells the supervisor something about a service: an option of s6-svc.
  async supervise(option, service) {
    await execute('s6-svc', [option, path.join(this.services, service)]);
  }

  // The process the supervisor started for a service; null while it is down.
  async pid(service) {
    const { stdout } = await execute('s6-svstat', ['-o', 'pid', path.join(this.services, service)]);
    const pid = Number(stdout);
    return pid > 0 ? pid : null;
  }

  // The process of a service and everything it started.
  async pids(service) {
    const root = await this.pid(service);
    return root === null ? [] : [root, ...(await descendants(root))];
  }

  // The last lines of every service's log, for the message of a failure.
  async logTails() {
    const names = await readdir(this.logs);
    const tails = names.map(async (name) => {
      const file = path.join(this.logs, name, 'current');
      const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
      return `\n--- ${name} ---\n${lines.slice(-LOG_LINES).join('\n')}`;
    });
    return (await Promise.all(tails)).join('');
  }

  up(...options) {
    return launcher(this.home, ['up', '--no-install', ...options]);
  }
  stop() {
    return launcher(this.home, ['down']);
  }
  restart(...services) {
    return launcher(this.home, ['restart', ...services]);
  }

  // What has crashed since the start, in the words of the supervisor. Killing is for the tests.
  async crashes() {
    const found = [];
    for (const service of await readdir(this.services)) {
      const tally = path.join(this.services, service);
      const { stdout } = await execute('s6-svdt', [tally]).catch(() => ({ stdout: '' }));
      for (const line of stdout.split('\n'))
        if (CRASH.test(line)) found.push(`${service}: ${line}`);
    }
    return found;
  }

  async destroy() {
    await this.stop();
    const crashes = await this.crashes();
    const logs = crashes.length === 0 ? '' : await this.logTails();
    await rm(this.home, { recursive: true, force: true });
    if (crashes.length > 0) throw new Error(`crashed: ${crashes.join(', ')}${logs}`);
  }
}

// "a=1,b=2" as { a: "1", b: "2" }
function byName(text) {
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=')));
}

async function descendants(pid) {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  const deeper = await Promise.all(children.map(descendants));
  return [...children, ...deeper.flat()];
}
