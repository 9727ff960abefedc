// Headers are guarded by #pragma once and begin with a word on what they are for; files have snake_case names.
export const name = 'headers';

export function check(tree) {
  const problems = [];
  for (const [file, text] of tree.matching(/\.h$/)) {
    if (!/^#pragma once$/m.test(text)) problems.push(`${file}:1: no #pragma once`);
    if (!text.startsWith('//')) problems.push(`${file}:1: a header begins with a comment that says what it is for`);
  }
  for (const [file] of tree.matching(/\.(cc|h|cpp|hpp|cxx|c)$/)) {
    if (!/^[a-z][a-z0-9_]*\.(cc|h)$/.test(file.split('/').pop()) && !file.endsWith('.c'))
      problems.push(`${file}:1: C++ files are named snake_case.h and snake_case.cc`);
  }
  return problems;
}
