// What operators ask of a running cluster, and what it does for them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Cli, Exit } from '../integration/lib/cli.mjs';
import { until } from '../integration/lib/process.mjs';
import { startStack } from '../integration/lib/stack.mjs';
import { allActive, killForGood, revive } from './lib/cluster.mjs';
import { membersOf } from './lib/members.mjs';

const FOUR = ['1a', '1b', '2a', '2b'];
const OUT_AFTER_ERRORS = 5;

const stack = await startStack({ profile: 'cluster' });
after(() => stack.destroy());
await allActive(stack, FOUR);
const cli = new Cli(stack);

test('route --udp: one answer has the storages and the other services', async () => {
  await stack.sql(
    "INSERT INTO services (number, address, name, weight) VALUES (30, '10.9.8.7:80', 'live', 5)",
  );
  await until('the service is told', async () =>
    (await cli.json('route', '1/5', '--udp')).services.some(({ name }) => name === 'live'),
  );
  const route = await cli.json('route', '1/5', '--udp');
  assert.equal(route.group, '1');
  assert.deepEqual(
    route.storages.sort(),
    membersOf(stack, '1').map((name) => stack.storages[name]),
  );
  const live = route.services.find(({ name }) => name === 'live');
  assert.deepEqual(live, { name: 'live', number: 30, address: '10.9.8.7:80', weight: 5 });
  assert.match(await cli.text('route', '1/5', '--udp'), /^live +30 +10\.9\.8\.7:80 +5$/m);
  await cli.fails(Exit.unavailable, 'route', 'nogroup/1', '--udp');
  await cli.fails(Exit.usage, 'route', '1/5', '--report');
});

test('route --udp --report: a storage whose calls fail is taken out, and comes back', async () => {
  const first = await cli.json('route', '1/5', '--udp', '--report');
  assert.deepEqual(first.report.outcome, 'ok');
  const [address] = first.storages;
  const service = membersOf(stack, '1').find((name) => stack.storages[name] === address);
  await killForGood(stack, service);
  for (let i = 0; i < OUT_AFTER_ERRORS; ++i) {
    const { code, out } = await cli.run('--json', 'route', '1/5', '--udp', '--report');
    assert.equal(code, Exit.unavailable);
    const { report } = JSON.parse(String(out));
    assert.deepEqual([report.address, report.outcome], [address, 'failed']);
  }
  const isOffered = async () =>
    (await cli.json('nodes')).find((node) => node.address === address).offered;
  await until('it is out', async () => !(await isOffered()));
  await revive(stack, service);
  await until('it is offered again', isOffered);
  await allActive(stack, FOUR);
});
