// What shellcheck says about the shell scripts.
import { spawnSync } from 'node:child_process';

export const name = 'shell';

export function isInstalled() {
  return spawnSync('shellcheck', ['--version']).status === 0;
}

// Scripts that others source say so in their first lines and get their names from elsewhere; shellcheck follows them.
export function check(tree) {
  const scripts = tree.shell();
  if (scripts.length === 0) return [];
  const { stdout, error } = spawnSync(
    'shellcheck', ['--format=gcc', '--external-sources', ...scripts.map(([file]) => file)],
    { cwd: tree.root, encoding: 'utf8', maxBuffer: 1 << 24 });
  if (error) return [`shellcheck:1: ${error.message}`];
  return stdout.split('\n').filter(Boolean);
}
