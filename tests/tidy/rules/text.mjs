// Plain text: no tabs, no spaces at the end of a line, no CR, a newline at the end, and no place on one machine's disk.
import path from 'node:path';

import { lines } from '../tree.mjs';

export const name = 'text';

const DATA = /^tests\/fuzz\/corpus\/|\.(svg|patch|diff)$|(^|\/)package-lock\.json$/;
// Folders that every machine has: a checkout below them must not make their names forbidden.
const SHARED_FOLDERS = new Set(['/', '/tmp', '/home', '/root', '/srv', '/opt', '/usr', '/usr/src', '/var', '/var/tmp', '/mnt']);

// The folders that only this machine has: the checkout and what it lies in.
export function privateFolders(root) {
  const folders = [];
  for (let at = root; !SHARED_FOLDERS.has(at); at = path.dirname(at)) folders.push(`${at}/`);
  return folders;
}

function problemOf(line, folders) {
  if (line.includes('\t')) return 'a tab';
  if (line.endsWith('\r')) return 'a CR at the end of the line';
  if (/ $/.test(line)) return 'a space at the end of the line';
  const home = /(?<![\w.*{}$-])\/home\/(?!user\/|me\/|alice\/)[a-z]\w*\//.exec(line);
  if (home) return `'${home[0]}' is a place on somebody's machine`;
  const folder = folders.find((name) => new RegExp(`(?<![\\w.~})])${name}`).test(line));
  if (folder) return `'${folder}' is a place on this machine`;
  return undefined;
}

export function check(tree) {
  const folders = privateFolders(tree.root);
  const problems = [];
  for (const [file, text] of tree.files) {
    if (DATA.test(file) || text === '') continue;
    for (const [number, line] of lines(text)) {
      const problem = problemOf(line, folders);
      if (problem) problems.push(`${file}:${number}: ${problem}`);
    }
    if (!text.endsWith('\n')) problems.push(`${file}:${text.split('\n').length}: no newline at the end`);
  }
  return problems;
}
