// Every rule finds the violation planted for it, and leaves alone what is right.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { PLANTED } from './planted.mjs';
import { RULES } from './rules.mjs';
import { cppFunctions } from './source.mjs';
import { Tree } from './tree.mjs';

const treeOf = (files, root) => new Tree(new Map(Object.entries(files)), root);

for (const rule of RULES.filter(({ name }) => name !== 'shell')) {
  const { good, bad } = PLANTED[rule.name] ?? {};
  test(`${rule.name}: has planted violations`, () => assert.ok(good && Object.keys(bad).length > 0));
  test(`${rule.name}: leaves alone what is right`, () => assert.deepEqual(rule.check(treeOf(good)), []));
  for (const [what, { files, says }] of Object.entries(bad)) {
    test(`${rule.name}: finds ${what}`, () => {
      const problems = rule.check(treeOf({ ...good, ...files }));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0], says);
    });
  }
}

const shell = RULES.find(({ name }) => name === 'shell');
test('shell: finds an unquoted variable', { skip: !shell.isInstalled() && 'shellcheck is not installed' }, () => {
  const root = mkdtempSync(path.join(tmpdir(), 'yundisk-tidy-'));
  try {
    const script = '#!/bin/bash\nrm -r $1\n';
    writeFileSync(path.join(root, 'planted.sh'), script);
    assert.match(shell.check(treeOf({ 'planted.sh': script }, root)).join('\n'), /SC2086/);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('functions are measured from their first line to their last', () => {
  const source = [
    'namespace a {', 'struct S {', '  int x{1};', '  S(int y) : x{y}, z(2) {}', '};',
    'template <typename T>', 'Result<T> Long(T value,', '               int other) {',
    "  const char c = '{';", '  auto f = [&] {', '    return R"x({{{)x";', '  };', '  return value; // }', '}', '}',
  ].join('\n');
  assert.deepEqual(cppFunctions(source).map(({ name, line, lines }) => [name, line, lines]), [['S', 4, 1], ['Long', 6, 9]]);
});
