// The files a rule looks at: those in the repository and those about to be. A rule never reads the disk itself, so a
// self-test hands it a tree of three lines with a planted violation.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

// Larger files and those with a NUL byte are data, not text that somebody reads.
const MAX_TEXT_BYTES = 1 << 20;

export class Tree {
  // `files`: Map of path (relative, with /) to text. `root`: where the checkout is.
  constructor(files, root = '/srv/checkouts/yundisk') {
    this.files = files;
    this.root = root;
  }

  static ofCheckout(root) {
    const listed = execFileSync(
      'git', ['-c', `safe.directory=${root}`, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
      { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
    const files = new Map();
    for (const name of listed.split('\0').filter(Boolean)) {
      const text = readText(path.join(root, name));
      if (text !== undefined) files.set(name, text);
    }
    return new Tree(files, root);
  }

  has(name) {
    return this.files.has(name);
  }

  // Entries [path, text] whose path matches.
  matching(pattern) {
    return [...this.files].filter(([name]) => pattern.test(name));
  }

  cpp() {
    return this.matching(/\.(cc|h)$/);
  }

  shell() {
    return [...this.files].filter(([name, text]) => name.endsWith('.sh') || /^#!.*\b(bash|sh)\b/.test(text));
  }
}

function readText(file) {
  // A file deleted but not yet committed as such is still listed.
  if (!existsSync(file)) return undefined;
  const facts = statSync(file);
  if (!facts.isFile() || facts.size > MAX_TEXT_BYTES) return undefined;
  const bytes = readFileSync(file);
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}

// Every line with its number, from 1.
export function* lines(text) {
  let number = 0;
  for (const line of text.split('\n')) yield [++number, line];
}

export function lineOf(text, offset) {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) ++line;
  return line;
}
