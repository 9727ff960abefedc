// A cluster of its own - two groups of two storages, two trackers, two ID servers, each a host of its
// own where that is possible - that is used while its daemons are killed, stopped and cut off; then
// everything acknowledged is looked for on every member, and again after a full restart.
import { startStack } from '../../integration/lib/stack.mjs';
import { compare } from './cluster_compare.mjs';
import { ClusterLoad } from './cluster_load.mjs';
import { Network, whyNoNetwork } from './network.mjs';
import { Strikes } from './strikes.mjs';

const LOOK_MS = 1000;

// `enough({ load, strikes })` says when to end; `progress(totals)` is told about once a second what is
// new, `say` gets lines about the comparisons. The stack's folder stays when something was lost.
export async function underFire({ random, uploads_per_s, most, enough, progress, say }) {
  const without = await whyNoNetwork();
  if (without) say(`without network cuts: ${without}`);
  const stack = await startStack({ profile: 'cluster' });
  let network;
  try {
    network = without ? undefined : await Network.around(stack);
    const load = new ClusterLoad(stack, random, { uploads_per_s, most });
    const strikes = new Strikes(stack, network, random);
    const report = reporting(() => ({ ...strikes.totals, ...load.totals }), progress);
    await load.start();
    const timer = setInterval(report, LOOK_MS);
    try {
      await strikes.run(() => load.lost.length > 0 || load.ended || enough({ load, strikes }));
    } finally {
      clearInterval(timer);
      await load.stop();
      report();
    }
    say(await compare(load, 'after the strikes'));
    await stack.stop();
    await network?.destroy();
    network = undefined;
    await stack.up();
    say(await compare(load, 'after a full restart'));
    await stack.destroy();
  } catch (error) {
    await stack.stop().catch(() => {});
    await network?.destroy();
    throw new Error(`${error.message}\nwhat is left is in ${stack.home}`, { cause: error });
  }
}

// Tells what has come since the last time.
function reporting(totals, progress) {
  let before = {};
  return () => {
    const now = totals();
    progress(
      Object.fromEntries(Object.entries(now).map(([name, n]) => [name, n - (before[name] ?? 0)])),
    );
    before = now;
  };
}
