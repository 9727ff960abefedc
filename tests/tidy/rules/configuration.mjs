// docs/configuration.md and the programs name the same keys, and so does the file that the launcher writes.
import { withoutComments } from '../source.mjs';
import { lineOf, lines } from '../tree.mjs';

export const name = 'configuration';

const DOCUMENT = 'docs/configuration.md';
const FIELD = '(?:Integer|Boolean|Text|OneOf|TextList|Duration)';

// `fields.Text("log.level", ...)`, and `fields.Integer(key("port"), ...)` where a struct is used for several tables:
// `limits.Describe(fields, "tracker")`.
export function keysInCode(tree) {
  const keys = new Map();
  const tables = new Map();
  const suffixes = new Map();
  for (const [file, source] of tree.matching(/^(?!tests\/).*\.(cc|h)$/)) {
    const text = withoutComments(source);
    const collect = (into, pattern) => {
      for (const match of text.matchAll(pattern)) into.set(match[1], `${file}:${lineOf(text, match.index)}`);
    };
    collect(keys, new RegExp(`\\.${FIELD}\\(\\s*"([a-z_0-9]+\\.[a-z_0-9.]+)"`, 'g'));
    collect(suffixes, new RegExp(`\\.${FIELD}\\(\\s*key\\("([a-z_0-9.]+)"\\)`, 'g'));
    collect(tables, /\.Describe\(\s*\w+,\s*"([a-z_0-9]+)"\)/g);
  }
  for (const table of tables.keys()) for (const [suffix, where] of suffixes) keys.set(`${table}.${suffix}`, where);
  return keys;
}

// Rows of the document: | `table.key` | default | range | meaning |
function keysInDocument(text) {
  return [...text.matchAll(/^\|\s*`([a-z_0-9]+(?:\.[a-z_0-9]+)+)`/gm)]
    .map((match) => ({ key: match[1], line: lineOf(text, match.index) }));
}

function keysInToml(text) {
  const found = [];
  let table = '';
  for (const [line, content] of lines(text)) {
    const header = /^\[([a-z_0-9]+)(?:\.[^\]]+)?\]/.exec(content);
    const key = /^#?\s?([a-z_0-9]+) = /.exec(content);
    if (header) table = header[1];
    else if (key && table) found.push({ key: `${table}.${key[1]}`, line });
  }
  return found;
}

export function check(tree) {
  const known = keysInCode(tree);
  const document = keysInDocument(tree.files.get(DOCUMENT) ?? '');
  const problems = document.filter(({ key }) => !known.has(key))
    .map(({ key, line }) => `${DOCUMENT}:${line}: no program knows the key '${key}'`);
  const documented = new Set(document.map(({ key }) => key));
  for (const [key, where] of known)
    if (!documented.has(key)) problems.push(`${where}: the key '${key}' is not in ${DOCUMENT}`);
  for (const [file, text] of tree.matching(/\.toml$/))
    for (const { key, line } of keysInToml(text))
      if (!known.has(key)) problems.push(`${file}:${line}: no program knows the key '${key}'`);
  return problems;
}
