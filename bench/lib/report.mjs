// docs/performance.md: the table and the machine's facts, written whole; what stands below NOTES is
// written by hand and kept.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { plotCurves } from './curve_plot.mjs';
import { plot } from './plot.mjs';

const NOTES = '<!-- Below this line: notes written by hand, kept by the bench. -->';

// Into the folder `docs`: performance.md and its pictures.
export async function writeReport(docs, { results, facts, curves, seconds, rounds }) {
  const markdown = path.join(docs, 'performance.md');
  const old = await readFile(markdown, 'utf8').catch(() => '');
  const at = old.indexOf(NOTES);
  const notes = at < 0 ? `${NOTES}\n` : old.slice(at);
  const text = report(results, facts, curves, seconds, rounds);
  await writeFile(markdown, `${text}\n${notes}`);
  await writeFile(path.join(docs, 'performance.svg'), plot(results));
  await writeFile(path.join(docs, 'performance-core.svg'), plotCurves(curves));
}

export function table(results) {
  const lines = results.map((r) => [
    r.work,
    r.yardstick,
    `${r.ratio.toFixed(2)}${r.ratio < r.wanted ? ' (short)' : ''}`,
    r.ratios.map((ratio) => ratio.toFixed(2)).join(' to '),
    r.wanted.toFixed(2),
    `${figure(r.subject)} ${r.unit}`,
    `${figure(r.reference)} ${r.unit}`,
  ]);
  const head = ['work', 'yardstick', 'ratio', 'of the rounds', 'at least', 'yundisk', 'yardstick measured'];
  return markdownTable(head, lines);
}

// The figures behind the curves.
export function curveTables({ sizes, connections, starts, rates }) {
  const rateHead = ['upload/s', 'download/s', 'bare log/s'];
  const ratesOf = (p) => [p.upload, p.download, p.ceiling].map(figure);
  return [
    markdownTable(
      ['size', ...rateHead],
      sizes.map((p) => [`${p.bytes / 1024} KiB`, ...ratesOf(p)]),
    ),
    markdownTable(
      ['connections', ...rateHead, 'upload p50', 'p99', 'p99.9'],
      connections.map((p) => [
        p.connections,
        ...ratesOf(p),
        ...[p.p50_ms, p.p99_ms, p.p999_ms].map((ms) => `${ms.toFixed(2)} ms`),
      ]),
    ),
    markdownTable(
      ['objects', 'start after an orderly end', 'after kill -9', 'without its index'],
      starts.map((p) => [
        p.objects.toLocaleString('en-US'),
        ...[p.orderly, p.killed, p.rebuilt].map((s) => `${s.toFixed(2)} s`),
      ]),
    ),
    markdownTable(['other rates', ''], rates),
  ].join('\n\n');
}

function markdownTable(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function report(results, facts, curves, seconds, rounds) {
  return `# Performance

Written by \`./yundisk bench\` on ${new Date().toISOString().slice(0, 10)}. Every figure is the median
of ${rounds} rounds; in each round the yardstick and yundisk take turns on the same machine
(${seconds} s each where the load is many small requests), and the load generator shares the
processor with both. The ratio is yundisk's rate over the yardstick's in the same round: what our
work on top of the bare parts costs.

${table(results)}

![The ratios as bars, with the wanted ratio marked](performance.svg)

## The storage core by itself
One storage over the binary protocol; uploads are durable. The bare log appends the same bytes from as
many threads and shares fdatasync between them, without a network, names or an index: the most that
any storage with durable uploads could reach here.

${curveTables(curves)}

![Operations a second over size and connections, time to a durable upload, time to start](performance-core.svg)

## The machine
| | |
| --- | --- |
${facts.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}

## How to read it
- The uploads of yundisk are durable when they are answered; \`nginx dav PUT\` is not, except where
  fsync is said.
- The yardstick nginx has the worker settings of ours; the echo is bench/echo.cc with as many
  threads as our programs.
- No two uploads share a path or a content, so nothing is replaced or deduplicated.
`;
}

function figure(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
}
