// Library code with logic has a unit test: tests/unit/<same path>_test.cc, or a test of the header it implements, or of
// the one header away through which the folder uses it.
import path from 'node:path';

import { cppFunctions } from '../source.mjs';
import { includesOf } from './layering.mjs';

export const name = 'unit tests';

// Fewer lines inside functions than this is wiring, which the tests of what it wires cover.
const LOGIC_LINES = 15;
const LIBRARY = /^(common|storage_core|cgi|live|media)\/.*\.(cc|h)$/;

const folderOf = (file) => path.posix.dirname(file);
const targets = (text) => includesOf(text).map(({ target }) => target);

// The headers a .cc implements: the one of its name, else those of its folder that it includes.
function implemented(tree, file, text) {
  const own = file.replace(/\.cc$/, '.h');
  return tree.has(own) ? [own] : targets(text).filter((header) => folderOf(header) === folderOf(file));
}

function coveredHeaders(tree) {
  const tested = new Set(tree.matching(/^tests\/(unit|simulation)\/.*\.(cc|h)$/).flatMap(([, text]) => targets(text)));
  const covered = new Set(tested);
  for (const [file, text] of tree.matching(LIBRARY)) {
    const headers = file.endsWith('.h') ? [file] : implemented(tree, file, text);
    if (!headers.some((header) => tested.has(header))) continue;
    for (const target of targets(text)) if (folderOf(target) === folderOf(file)) covered.add(target);
  }
  return covered;
}

export function check(tree) {
  const covered = coveredHeaders(tree);
  const problems = [];
  for (const [file, text] of tree.matching(LIBRARY)) {
    if (!file.endsWith('.cc') || file.endsWith('/main.cc')) continue;
    const logic = cppFunctions(text).reduce((sum, { lines }) => sum + lines, 0);
    const wanted = `tests/unit/${file.replace(/\.cc$/, '_test.cc')}`;
    if (logic < LOGIC_LINES || tree.has(wanted)) continue;
    if (implemented(tree, file, text).some((header) => covered.has(header))) continue;
    problems.push(`${file}:1: ${logic} lines of logic without a test; it would be ${wanted}`);
  }
  return problems;
}
