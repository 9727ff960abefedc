// Files up to 500 lines and functions up to 70; more needs a reason in allowed.mjs.
import { cppFunctions, scriptFunctions, shellFunctions } from '../source.mjs';

export const name = 'size';
export const MAX_FILE_LINES = 500;
export const MAX_FUNCTION_LINES = 70;

const SOURCE = /\.(cc|h|mjs|js|ts|svelte|css|sh|cmake|sql|lua)$|(^|\/)CMakeLists\.txt$/;

function functionsOf(file, text) {
  if (/\.(cc|h)$/.test(file)) return cppFunctions(text);
  if (/\.sh$/.test(file)) return shellFunctions(text);
  if (/\.(mjs|js|ts|svelte)$/.test(file)) return scriptFunctions(text);
  return [];
}

export function check(tree) {
  const problems = [];
  for (const [file, text] of tree.matching(SOURCE)) {
    const count = text.split('\n').length - 1;
    if (count > MAX_FILE_LINES) problems.push(`${file}:1: ${count} lines, more than ${MAX_FILE_LINES}: one idea per file`);
    for (const { name: title, line, lines } of functionsOf(file, text)) {
      if (lines > MAX_FUNCTION_LINES)
        problems.push(`${file}:${line}: ${title} has ${lines} lines, more than ${MAX_FUNCTION_LINES}`);
    }
  }
  return problems;
}
