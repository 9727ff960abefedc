// Reads the command line, starts yardstick and stack, measures, reports.
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { signUp } from '../../tests/integration/lib/disk.mjs';
import { run } from '../../tests/integration/lib/process.mjs';
import { CHECKOUT, startStack } from '../../tests/integration/lib/stack.mjs';
import { makeLarge } from './content.mjs';
import { measureCurves } from './curves.mjs';
import { idleShare, machineFacts } from './machine.mjs';
import { curveTables, table, writeReport } from './report.mjs';
import { rows } from './rows.mjs';
import { startYardstick } from './yardstick.mjs';

const FULL = { seconds: 2, rounds: 9 };
const MAX_EXTENT = 100;
const QUIET_SHARE = 0.9;
const QUICK = { seconds: 1, rounds: 1, quick: true };
const CURVES = 'curves'; // for --only

export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
    },
  });
  const chosen = choose(values.only);
  const extent = { ...(values.quick ? QUICK : FULL) };
  if (values.rounds) extent.rounds = positive('--rounds', values.rounds);
  if (values.seconds) extent.seconds = positive('--seconds', values.seconds);
  const measured = { ...(await measureAll(chosen, extent)), ...extent };
  if (measured.results.length > 0) process.stdout.write(`\n${table(measured.results)}\n`);
  if (measured.curves) process.stdout.write(`\n${curveTables(measured.curves)}\n`);
  if (!values.quick && values.only.length === 0) {
    await writeReport(path.join(CHECKOUT, 'docs'), measured);
    process.stdout.write('\nwritten: docs/performance.md and its pictures\n');
  }
  return values.check && measured.results.some((r) => r.ratio < r.wanted) ? 1 : 0;
}

function positive(option, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > MAX_EXTENT) {
    throw new Error(`${option} ${text}: a whole number from 1 to ${MAX_EXTENT}`);
  }
  return number;
}

function choose(names) {
  const known = new Set([...rows.map((row) => row.name), CURVES]);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`no such row: ${unknown.join(', ')}; there are ${[...known].join(', ')}`);
  }
  const all = names.length === 0;
  return {
    rows: all ? rows : rows.filter((row) => names.includes(row.name)),
    curves: all || names.includes(CURVES),
  };
}

async function measureAll(chosen, extent) {
  const home = path.resolve(
    process.env.YUNDISK_HOME ?? path.join(CHECKOUT, 'var'),
    `bench-${process.pid}`,
  );
  const scratch = path.join(home, 'yardstick');
  await mkdir(scratch, { recursive: true });
  const cleanUp = [() => rm(home, { recursive: true, force: true })];
  try {
    const stack = await startStack({ home });
    cleanUp.push(() => stack.stop());
    const yardstick = await startYardstick(scratch, stack.binaries, await ourSettings(stack));
    cleanUp.push(() => yardstick.stop());
    const large = path.join(scratch, 'large-source');
    await makeLarge(large);
    const { token } = await signUp(stack.url);
    const bench = {
      seconds: extent.seconds,
      disk: { url: stack.url, token },
      yardstick,
      large,
      stack,
      scratch,
    };
    const facts = await machineFacts(scratch, stack.binaries, CHECKOUT);
    const results = [];
    let quiet = 1;
    for (const row of chosen.rows) {
      quiet = Math.min(quiet, await quietness());
      results.push(await measure(row, bench, extent.rounds));
    }
    facts.push(['processor idle between the rows, at least', `${Math.round(quiet * 100)} %`]);
    const curves = chosen.curves ? await measureCurves(bench, extent) : null;
    return { results, facts, curves };
  } finally {
    for (const step of cleanUp.reverse()) {
      await step().catch((error) => process.stderr.write(`cleaning up: ${error.message}\n`));
    }
  }
}

// How much of the processor is free before a row; a busy machine measures its other work too.
async function quietness() {
  const idle = await idleShare();
  if (idle < QUIET_SHARE) {
    process.stdout.write(`(not quiet: other work takes ${Math.round((1 - idle) * 100)} %) `);
  }
  return idle;
}

// The yardstick and the subject take turns, and take turns in being first, so that whatever the
// machine does meanwhile hits both. The ratio is the median of the rounds' ratios.
async function measure(row, bench, rounds) {
  process.stdout.write(`${row.work} ...`);
  const prepared = await row.prepare?.(bench);
  const warm = { ...bench, seconds: 1 };
  const rates = { subject: [], reference: [] };
  await row.reference(warm, prepared);
  await row.subject(warm, prepared);
  for (let round = 0; round < rounds; ++round) {
    for (const turn of round % 2 === 0 ? ['reference', 'subject'] : ['subject', 'reference']) {
      await settle();
      rates[turn].push(await row[turn](bench, prepared));
    }
  }
  await row.finish?.(bench, prepared);
  await emptyFolder(path.join(bench.yardstick.directory, 'dav'));
  const ratios = rates.subject.map((rate, round) => rate / rates.reference[round]);
  const result = {
    ...row,
    subject: median(rates.subject),
    reference: median(rates.reference),
    ratio: median(ratios),
    ratios: [Math.min(...ratios), Math.max(...ratios)],
  };
  process.stdout.write(` ${result.ratio.toFixed(2)} (at least ${row.wanted})\n`);
  return result;
}

// A full disk would be measured as a slow one.
async function emptyFolder(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
}

// Writes out what an earlier turn left in memory, so that no turn pays for another's writes.
function settle() {
  return run('sync', []);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Keep-alive connections as our nginx has them, threads as a program of ours has them.
async function ourSettings(stack) {
  const nginx = await readFile(stack.nginx_configuration, 'utf8');
  const keepalive = nginx.match(/\bkeepalive\s+(\d+);/)?.[1];
  if (!keepalive) throw new Error(`no keepalive in ${stack.nginx_configuration}`);
  const program = (await stack.pids('account')).at(-1);
  const tasks = await readdir(`/proc/${program}/task`);
  return { keepalive, threads: tasks.length };
}
