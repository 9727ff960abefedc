// A cluster's daemons as tests see and break them.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { after } from 'node:test';

import { Cli, Exit } from '../../integration/lib/cli.mjs';
import { run, until } from '../../integration/lib/process.mjs';
import { scratchFolder, startStack } from '../../integration/lib/stack.mjs';
import { WireConnection } from '../../integration/lib/wire.mjs';

const COMPLETE_MS = 30_000;
export const FOUR = ['1a', '1b', '2a', '2b'];

// A cluster with all its storages, and a folder for files; both go when the tests of the file have ended.
export async function startCluster() {
  const stack = await startStack({ profile: 'cluster' });
  const scratch = await mkdtemp(path.join(scratchFolder(), 'cluster-'));
  after(async () => {
    await stack.destroy();
    await rm(scratch, { recursive: true, force: true });
  });
  await allActive(stack, FOUR);
  return { stack, scratch };
}

// A command line that knows one tracker only, by the name of its service.
export function cliAt(stack, tracker) {
  return new Cli(stack, [
    '--secret-file',
    stack.secret_file,
    '--tracker',
    stack.trackers[tracker],
    ...Object.values(stack.id_servers).flatMap((address) => ['--id-server', address]),
  ]);
}

// The storages as one tracker sees them, sorted: [["1a", "ACTIVE"], ...]; none while it does not answer.
export async function states(stack, tracker) {
  const { code, out } = await cliAt(stack, tracker).run('--json', 'nodes');
  if (code === Exit.unavailable) return [];
  assert.equal(code, Exit.done);
  return JSON.parse(String(out))
    .map(({ name, state }) => [name, state])
    .sort();
}

// The result of `action`, which may take so long.
export async function within(limit_ms, what, action) {
  const start = Date.now();
  const result = await action();
  const took = Date.now() - start;
  assert.ok(took <= limit_ms, `${what}: ${took} ms`);
  return result;
}

// Waits until every tracker counts on exactly these storages.
export function allActive(stack, names) {
  const wanted = JSON.stringify(names.map((name) => [name, 'ACTIVE']));
  return until(
    `every tracker has ${names.join(' ')} ACTIVE`,
    async () => {
      const seen = await Promise.all(
        Object.keys(stack.trackers).map((tracker) => states(stack, tracker)),
      );
      return seen.every((list) => JSON.stringify(list) === wanted);
    },
    COMPLETE_MS,
  );
}

// kill -9, and the supervisor does not bring it back before `revive`.
export async function killForGood(stack, service) {
  const pid = await stack.pid(service);
  const folder = path.join(stack.services, service);
  await run('s6-svc', ['-O', folder]);
  process.kill(pid, 'SIGKILL');
  await until(`${service} is gone`, async () => (await stack.pid(service)) === null);
}

// Returns when it listens again; trackers may take it for alive from before.
export async function revive(stack, service) {
  await run('s6-svc', ['-u', path.join(stack.services, service)]);
  const address = { ...stack.trackers, ...stack.id_servers, ...stack.storages }[service];
  await until(
    `${service} listens`,
    async () => {
      const connection = await WireConnection.open(address).catch(() => null);
      connection?.close();
      return connection !== null;
    },
    COMPLETE_MS,
  );
}

// The first process of each service, by name.
export async function pidsOf(stack, services) {
  const pids = await Promise.all(services.map((service) => stack.pid(service)));
  return Object.fromEntries(services.map((service, i) => [service, pids[i]]));
}
