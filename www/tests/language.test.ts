import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { Problem } from '../src/lib/api';
import { language, pickLanguage, problemText, t } from '../src/lib/language.svelte';
import { en, type Text, type TextKey } from '../src/text/en';
import { zh } from '../src/text/zh';

const kSources = join(import.meta.dirname, '../src');
const keys = Object.keys(en) as TextKey[];

const forms = (text: Text) => (typeof text === 'string' ? [text] : Object.values(text));

const placeholders = (text: Text) =>
  [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.startsWith('text'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

afterEach(() => language.choose('en'));

describe('texts', () => {
  it('are the same set in both languages', () => {
    expect(Object.keys(zh).sort()).toEqual([...keys].sort());
  });

  it('fill in the same things in both languages', () => {
    const differing = keys.filter(
      (key) => `${placeholders(zh[key])}` !== `${placeholders(en[key])}`,
    );
    expect(differing).toEqual([]);
  });

  it('are translated', () => {
    const same = keys.filter((key) => JSON.stringify(zh[key]) === JSON.stringify(en[key]));
    const names = ['key.shift', 'key.ctrl', 'key.enter', 'key.backspace', 'key.alt'];
    expect(same).toEqual([...names, 'key.delete', 'key.escape']);
  });

  it('are all used', () => {
    const code = sources(kSources);
    // These are put together from a prefix and a value.
    const families = /^(error|name|theme)\./;
    const unused = keys.filter((key) => !families.test(key) && !code.includes(`'${key}'`));
    expect(unused).toEqual(['uploads.replace', 'uploads.keep_both', 'uploads.skip']);
  });
});

describe('t', () => {
  it('chooses the plural form and writes numbers for people', () => {
    expect(t('files.selected', { count: 1 })).toBe('1 selected');
    expect(t('uploads.busy', { count: 1 })).toBe('Uploading 1 file');
    expect(t('uploads.busy', { count: 1200 })).toBe('Uploading 1,200 files');
    language.choose('zh');
    expect(t('uploads.busy', { count: 1 })).toBe('正在上传 1 个文件');
  });

  it('names the single thing in both languages', () => {
    expect(t('delete.title', { count: 1, name: 'a' })).toBe('Delete “a” for good?');
    language.choose('zh');
    expect(t('delete.title', { count: 1, name: 'a' })).toBe('永久删除“a”？');
    expect(t('delete.title', { count: 2, name: 'a' })).toBe('永久删除这 2 项？');
  });

  it('leaves what looks like a placeholder inside a value alone', () => {
    expect(t('files.drop', { name: '{name} $& $1' })).toBe('Drop to upload to “{name} $& $1”');
  });
});

describe('pickLanguage', () => {
  it.each([
    [null, ['de', 'zh-TW', 'en'], 'zh'],
    [null, ['fr'], 'en'],
    ['en', ['zh-CN'], 'en'],
    ['nonsense', ['zh-CN'], 'zh'],
  ] as const)('takes %s and %s for %s', (chosen, preferred, code) => {
    expect(pickLanguage(chosen, preferred)).toBe(code);
  });
});

describe('problemText', () => {
  it('says in our words what to do', () => {
    expect(problemText(new Problem('quota_exceeded', 507, 'internal words'))).toBe(
      'Your space is used up. Delete something first.',
    );
  });

  it('adds the explanation where only the server knows', () => {
    const text = problemText(new Problem('bad_request', 400, 'The name is too long.'));
    expect(text).toBe('The server does not accept this. The name is too long.');
    expect(problemText(new Problem('brand_new', 400, 'Why.'))).toContain('Why.');
  });

  it('knows every code of the server’s error table', () => {
    const table = readFileSync(join(kSources, '../../common/base/error.cc'), 'utf8');
    const codes = [...table.matchAll(/CodeInfo\{Code::\w+, "(\w+)"/g)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !(`error.${code}` in en))).toEqual([]);
  });
});
