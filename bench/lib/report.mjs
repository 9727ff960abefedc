// docs/performance.md: the table and the machine's facts, written whole; what stands below NOTES is
// written by hand and kept.
import { readFile, writeFile } from 'node:fs/promises';

import { plot } from './plot.mjs';

const NOTES = '<!-- Below this line: notes written by hand, kept by the bench. -->';

export async function writeReport(markdown, svg, { results, facts, seconds, rounds }) {
  const old = await readFile(markdown, 'utf8').catch(() => '');
  const at = old.indexOf(NOTES);
  const notes = at < 0 ? `${NOTES}\n` : old.slice(at);
  await writeFile(markdown, `${report(results, facts, seconds, rounds)}\n${notes}`);
  await writeFile(svg, plot(results));
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
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function report(results, facts, seconds, rounds) {
  return `# Performance

Written by \`./yundisk bench\` on ${new Date().toISOString().slice(0, 10)}. Every figure is the median
of ${rounds} rounds; in each round the yardstick and yundisk take turns on the same machine
(${seconds} s each where the load is many small requests), and the load generator shares the
processor with both. The ratio is yundisk's rate over the yardstick's in the same round: what our
work on top of the bare parts costs.

${table(results)}

![The ratios as bars, with the wanted ratio marked](performance.svg)

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
