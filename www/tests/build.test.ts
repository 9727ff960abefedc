// Holds the built page to what it promises: small, and nothing that the security policy forbids.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const kRoot = join(import.meta.dirname, '..');
const kFirstLoadLimitBytes = 60 * 1024;
const kBuildDeadlineMs = 60_000;

const files = new Map<string, string>();

beforeAll(async () => {
  // What people get, not the build for tests, which is larger.
  vi.stubEnv('NODE_ENV', 'production');
  const options = { root: kRoot, logLevel: 'silent', build: { write: false } } as const;
  const { output } = (await build(options)) as Rollup.RollupOutput;
  for (const part of output) {
    files.set(part.fileName, part.type === 'chunk' ? part.code : String(part.source));
  }
  for (const name of readdirSync(join(kRoot, 'public'))) {
    files.set(name, readFileSync(join(kRoot, 'public', name), 'utf8'));
  }
}, kBuildDeadlineMs);

afterAll(() => vi.unstubAllEnvs());

it('is small enough for a first load', () => {
  const sizes = [...files].map(([name, text]) => ({ name, bytes: gzipSync(text).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(sizes.length).toBeGreaterThan(4);
  expect(total, JSON.stringify(sizes)).toBeLessThan(kFirstLoadLimitBytes);
});

it('has no inline script or style, and nothing from elsewhere', () => {
  const html = files.get('index.html')!;
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  expect(html).not.toMatch(/(src|href)="(?!\/)/);
});

it('never puts text into the page as markup', () => {
  const code = readdirSync(join(kRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name))
    .map((name) => readFileSync(join(kRoot, 'src', name), 'utf8'))
    .join('\n');
  expect(code).not.toMatch(/\{@html|innerHTML|insertAdjacentHTML|document\.write/);
});
