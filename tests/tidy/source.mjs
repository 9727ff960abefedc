// Just enough reading of source code for the rules: where comments and strings are, where functions begin and end.

const RAW_STRING = /^R"([^()\\\s]{0,16})\(/;

// The text with comments and the contents of strings turned into spaces; line breaks stay, so offsets do too.
export function codeOnly(text) {
  return scan(text, { keepStrings: false });
}

export function withoutComments(text) {
  return scan(text, { keepStrings: true });
}

function scan(text, { keepStrings }) {
  let out = '';
  let at = 0;
  const blank = (end) => {
    out += text.slice(at, end).replace(/[^\n]/g, ' ');
    at = end;
  };
  const string = (end) => {
    if (!keepStrings) return blank(end);
    out += text.slice(at, end);
    at = end;
  };
  while (at < text.length) {
    const rest2 = text.slice(at, at + 2);
    const raw = text[at] === 'R' ? RAW_STRING.exec(text.slice(at, at + 24)) : null;
    if (rest2 === '//') blank(endOf(text, '\n', at, 0));
    else if (rest2 === '/*') blank(endOf(text, '*/', at + 2, 2));
    else if (raw) string(endOf(text, `)${raw[1]}"`, at, raw[1].length + 2));
    else if (text[at] === '"' || isCharacterLiteral(text, at)) string(endOfQuoted(text, at));
    else out += text[at++];
  }
  return out;
}

function endOf(text, mark, from, extra) {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + extra;
}

// Not the separator in 1'000'000.
function isCharacterLiteral(text, at) {
  return text[at] === "'" && !/[0-9A-Za-z_]/.test(text[at - 1] ?? ' ');
}

function endOfQuoted(text, at) {
  const quote = text[at];
  for (let end = at + 1; end < text.length; ++end) {
    if (text[end] === '\\') ++end;
    else if (text[end] === quote || text[end] === '\n') return end + 1;
  }
  return text.length;
}

const SCOPE = /^\s*(template\s*<[^;{]*>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern)\b/;

// The outermost functions of C++ source: [{ name, line, lines }]. Lambdas count towards the function they are in.
export function cppFunctions(text) {
  const code = codeOnly(text).replace(/^[ \t]*#.*(\\\n.*)*$/gm, (directive) => directive.replace(/[^\n]/g, ' '));
  const found = [];
  let head = 0;
  for (let at = 0; at < code.length; ++at) {
    if (code[at] === ';' || code[at] === '}') head = at + 1;
    if (code[at] !== '{') continue;
    const before = code.slice(head, at);
    const end = closing(code, at);
    if (/[\w>]$/.test(before)) {
      at = end;  // member_{value} or Type{}: part of what goes on, the head stays
    } else if (before.includes('(') && !SCOPE.test(before)) {
      found.push(describe(code, head, at, end));
      at = end;
      head = end + 1;
    } else {
      head = at + 1;
    }
  }
  return found;
}

function closing(code, open) {
  let depth = 0;
  for (let at = open; at < code.length; ++at) {
    if (code[at] === '{') ++depth;
    if (code[at] === '}' && --depth === 0) return at;
  }
  return code.length;
}

function describe(code, head, open, end) {
  const start = head + code.slice(head, open).search(/\S/);
  const name = /([~\w:]+)\s*\(/.exec(code.slice(start, open))?.[1] ?? '?';
  const upTo = (offset) => code.slice(0, offset).split('\n').length;
  return { name, line: upTo(start), lines: upTo(end) - upTo(start) + 1 };
}

// The functions of a shell script, written `name() {` ... `}` at the left margin.
export function shellFunctions(text) {
  return byMargin(text, /^(\w+)\(\) [{(]$/, /^[})]/);
}

// The functions of a module: declarations and methods, by their indentation. Callbacks count towards what they are in.
export function scriptFunctions(text) {
  const open = /^(\s*)(?:export )?(?:default )?(?:async )?(?:static )?(?:function\*? (\w+)|(?!if|for|while|switch|catch)(\w+)\s*(?=\([^=]*\) \{$)).*\{$/;
  return byMargin(text, open, /^(\s*)\}/);
}

function byMargin(text, open, close) {
  const found = [];
  let current;
  text.split('\n').forEach((line, index) => {
    const opened = current ? null : open.exec(line);
    if (opened) {
      current = { name: opened.slice(1).filter((part) => part?.trim()).pop(), line: index + 1, margin: marginOf(line) };
    } else if (current && close.test(line) && marginOf(line) === current.margin) {
      found.push({ name: current.name, line: current.line, lines: index + 2 - current.line });
      current = undefined;
    }
  });
  return found;
}

const marginOf = (line) => line.search(/\S/);
