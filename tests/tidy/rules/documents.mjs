// Documents link to files that exist; migrations are numbered without gaps; the fixed folders of the tests are known.
import path from 'node:path';

import { lines } from '../tree.mjs';

export const name = 'documents';

function brokenLinks(tree) {
  const problems = [];
  const folders = new Set([...tree.files.keys()].map((file) => path.posix.dirname(file)));
  const exists = (target) => tree.has(target) || [...folders].some((f) => f === target || f.startsWith(`${target}/`));
  for (const [file, text] of tree.matching(/\.md$/)) {
    for (const [number, line] of lines(text)) {
      for (const [, link] of line.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), link)).replace(/\/$/, '');
        // Pictures are data and not read into the tree.
        if (!/\.(png|jpg|webp)$/.test(target) && !exists(target)) problems.push(`${file}:${number}: '${link}' is not there`);
      }
    }
  }
  return problems;
}

function migrationGaps(tree) {
  const files = tree.matching(/^sql\/[^/]+\.sql$/).map(([file]) => file).sort();
  return files.flatMap((file, index) => {
    const wanted = String(index + 1).padStart(4, '0');
    return file.startsWith(`sql/${wanted}_`) ? [] : [`${file}:1: the next migration would be sql/${wanted}_<what>.sql`];
  });
}

export function check(tree) {
  return [...brokenLinks(tree), ...migrationGaps(tree)];
}
