// The repository keeps its own rules. Run: node --test tests/tidy
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { ALLOWED } from './allowed.mjs';
import { RULES } from './rules.mjs';
import { Tree } from './tree.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tree = Tree.ofCheckout(root);

function split(problem) {
  const [, file, message] = /^([^:]+):\d+(?::\d+)?: (.*)$/.exec(problem) ?? [undefined, '', problem];
  return { file, message };
}

function excuses(rule, problem) {
  const { file, message } = split(problem);
  return ALLOWED.filter((entry) => entry.rule === rule && entry.file === file && message.startsWith(entry.what));
}

test('the tree was read', () => {
  assert.ok(tree.has('CMakeLists.txt') && tree.cpp().length > 0);
});

for (const rule of RULES) {
  test(rule.name, { skip: rule.isInstalled?.() === false && `${rule.name}: the checker is not installed` }, () => {
    const problems = rule.check(tree);
    const open = problems.filter((problem) => excuses(rule.name, problem).length === 0);
    assert.equal(open.length, 0, `\n${open.join('\n')}\n`);
    const used = new Set(problems.flatMap((problem) => excuses(rule.name, problem)));
    const idle = ALLOWED.filter((entry) => entry.rule === rule.name && !used.has(entry));
    assert.deepEqual(idle, [], 'entries of allowed.mjs that excuse nothing any more');
  });
}
