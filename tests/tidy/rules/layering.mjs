// Includes and link lists point up the layering (the order of CMakeLists.txt), never down, never sideways, never in a circle.
import { codeOnly } from '../source.mjs';
import { lineOf } from '../tree.mjs';

export const name = 'layering';

const COMMON = ['common/base', 'common/http', 'common/net', 'common/protocol', 'common/database', 'common/redis', 'common/metrics'];
const CLIENT = 'storage_core/client';

// What a folder may include besides itself.
const MAY_INCLUDE = {
  'common/base': [],
  'common/http': ['common/base'],
  'common/protocol': ['common/base'],
  'common/net': ['common/base', 'common/protocol'],
  'common/database': ['common/base'],
  'common/database/migrate': ['common/base', 'common/database'],
  'common/redis': ['common/base'],
  'common/metrics': ['common/base'],
  'common/fastcgi': ['common/base', 'common/http', 'common/metrics'],
  'storage_core/client': COMMON,
  'storage_core/tracker': [...COMMON, CLIENT],
  'storage_core/id_server': [...COMMON, CLIENT],
  'storage_core/storage': [...COMMON, CLIENT],
  'storage_core/cli': [...COMMON, CLIENT],
  'cgi/disk': [...COMMON, 'common/fastcgi', CLIENT],
  player: [],
  bench: [...COMMON, CLIENT],
  'tests/support': [...COMMON, 'common/fastcgi', CLIENT],
  'tests/support/disk': ['cgi/disk', ...COMMON, 'common/fastcgi', CLIENT, 'tests/support'],
};
const EVERY_ENDPOINT_MAY_INCLUDE = ['cgi/disk', ...COMMON, 'common/fastcgi', CLIENT];
const OURS = /^(common|storage_core|cgi|live|media|player|bench|tests)\//;

// Libraries that one folder wraps for all others.
const WRAPPED = [
  { header: /^(fcgiapp|fcgi_stdio|fcgi_config)\.h$/, wrappers: ['common/fastcgi', 'bench'] },
  { header: /^mysql(d_error)?\.h$|^mariadb\//, wrappers: ['common/database', 'tests/support'] },
  { header: /^hiredis\//, wrappers: ['common/redis'] },
  { header: /^rocksdb\//, wrappers: ['storage_core/storage'] },
  { header: /^vlc\/|^Q[A-Z]/, wrappers: ['player'] },
];

const startsIn = (file, folder) => file === folder || file.startsWith(`${folder}/`);

// The folder of the table that a path lies in: the longest that fits.
function layerOf(file) {
  const endpoint = /^cgi\/(?!disk\/)[a-z_]+(?=\/)/.exec(file);
  if (endpoint) return endpoint[0];
  return Object.keys(MAY_INCLUDE).filter((folder) => startsIn(file, folder)).sort((a, b) => b.length - a.length)[0];
}

function allowedFor(layer) {
  return MAY_INCLUDE[layer] ?? (layer.startsWith('cgi/') ? EVERY_ENDPOINT_MAY_INCLUDE : []);
}

export function includesOf(text) {
  const code = codeOnly(text);
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]+[<"]([^>"]+)[>"]/gm)]
    .filter(({ index }) => code.slice(index).trimStart().startsWith('#'))
    .map((match) => ({ target: match[1], line: lineOf(text, match.index) }));
}

// A test may include what the code under test may, the code itself, and the helpers for tests.
function layerUnderTest(file) {
  const unit = /^tests\/(?:unit|player)\/(?:unit\/)?/.exec(file);
  if (!unit) return layerOf(file);
  return file.startsWith('tests/player/') ? 'player' : layerOf(file.slice(unit[0].length));
}

function judge(file, target) {
  const isTest = file.startsWith('tests/');
  const layer = layerUnderTest(file);
  const wrapped = WRAPPED.find(({ header }) => header.test(target));
  if (wrapped && layer && !wrapped.wrappers.includes(layer))
    return `<${target}> belongs to ${wrapped.wrappers[0]}; include what wraps it`;
  if (!OURS.test(target)) return undefined;
  if (!layer) return isTest ? undefined : 'this folder is not in the layering table of tests/tidy/rules/layering.mjs';
  const wanted = layerOf(target);
  if (isTest && target.startsWith('tests/')) return undefined;
  if (wanted === layer || allowedFor(layer).includes(wanted)) return undefined;
  return `${layer} may not include ${target}`;
}

function includeProblems(tree) {
  const problems = [];
  for (const [file, text] of tree.cpp()) {
    for (const { target, line } of includesOf(text)) {
      const problem = judge(file, target);
      if (problem) problems.push(`${file}:${line}: ${problem}`);
    }
  }
  return problems;
}

// A circle among headers, told once, as the chain of files.
function circles(tree) {
  const edges = new Map(tree.matching(/\.h$/).map(([file, text]) => [file, includesOf(text).map((i) => i.target)]));
  const done = new Set();
  const problems = [];
  const visit = (file, chain) => {
    if (chain.includes(file)) {
      problems.push(`${file}:1: headers include each other: ${[...chain.slice(chain.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) if (edges.has(next)) visit(next, [...chain, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return problems;
}

// CMake: library name -> folder, then every link of a library must be one its folder may include.
function linkProblems(tree) {
  const lists = tree.matching(/(^|\/)CMakeLists\.txt$/).filter(([file]) => layerOf(file));
  const calls = lists.flatMap(([file, text]) =>
    [...text.matchAll(/^yundisk_library\(\s*([^)]*)\)/gm)].map((match) => {
      const [library, ...links] = match[1].split(/\s+/).filter(Boolean);
      return { file, library, links, line: lineOf(text, match.index) };
    }));
  const home = new Map(calls.map(({ library, file }) => [library, layerOf(file)]));
  return calls.flatMap(({ file, library, links, line }) => links
    .filter((link) => home.has(link) && home.get(link) !== layerOf(file))
    .filter((link) => !allowedFor(layerOf(file)).includes(home.get(link)))
    .map((link) => `${file}:${line}: ${library} may not link ${link}`));
}

export function check(tree) {
  return [...includeProblems(tree), ...circles(tree), ...linkProblems(tree)];
}
