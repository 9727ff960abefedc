import { describe, expect, it } from 'vitest';

import * as paths from '../src/lib/paths';

const kNames = [
  'plain',
  'with space',
  '年度报告',
  '🎉',
  'a%2Fb',
  'what?',
  '#hash',
  'a\\b',
  '...',
  'q&a=b+c',
];

describe('paths', () => {
  it('joins, and splits into parent and name', () => {
    expect(paths.joinPath('/', 'a')).toBe('/a');
    expect(paths.joinPath('/a/b', 'c')).toBe('/a/b/c');
    expect(paths.parentOf('/a/b/c')).toBe('/a/b');
    expect(paths.parentOf('/a')).toBe('/');
    expect(paths.parentOf('/')).toBe('/');
    expect(paths.nameOf('/a/b')).toBe('b');
  });

  it('lists the folders on the way', () => {
    expect(paths.ancestry('/')).toEqual([]);
    expect(paths.ancestry('/a/b')).toEqual([
      { name: 'a', path: '/a' },
      { name: 'b', path: '/a/b' },
    ]);
  });

  it('makes URLs that a path can be read from again, whatever the names', () => {
    const folder = '/' + kNames.join('/');
    for (const show of [undefined, ...kNames]) {
      const url = new URL(paths.folderUrl(folder, show), 'http://disk.example');
      expect(paths.routeOf(url.pathname, url.search)).toEqual({
        page: 'files',
        path: folder,
        show: show ?? null,
      });
    }
  });

  it('encodes names into one segment each of a content URL', () => {
    expect(paths.contentUrl('/a b/100%?#.txt')).toBe('/api/v1/content/a%20b/100%25%3F%23.txt');
  });

  it.each([
    ['/files/', { page: 'files', path: '/', show: null }],
    ['/files', { page: 'files', path: '/', show: null }],
    ['/files/a/', { page: 'files', path: '/a', show: null }],
    ['/files/%E4%B8', { page: 'unknown' }],
    ['/filesystem', { page: 'unknown' }],
    ['/', { page: 'unknown' }],
    ['/register', { page: 'register' }],
  ])('understands the address %s', (pathname, route) => {
    expect(paths.routeOf(pathname, '')).toEqual(route);
  });
});

describe('names', () => {
  it.each([
    ['a.txt', 'a', '.txt'],
    ['archive.tar.gz', 'archive', '.tar.gz'],
    ['.hidden', '.hidden', ''],
    ['no extension', 'no extension', ''],
    ['two.dots.md', 'two.dots', '.md'],
    ['ends.', 'ends.', ''],
  ])('splits %s', (name, stem, extension) => {
    expect(paths.splitName(name)).toEqual({ stem, extension });
  });

  it('numbers a copy before its extension', () => {
    expect(paths.numberedName('a.txt', 2)).toBe('a (2).txt');
    expect(paths.numberedName('folder', 3)).toBe('folder (3)');
  });

  it('keeps a numbered name within the limit, at whole characters', () => {
    const name = paths.numberedName('文'.repeat(84) + '.md', 2);
    expect(paths.nameProblem(name)).toBeNull();
    expect(name.endsWith('文 (2).md')).toBe(true);
  });

  it.each([
    ['', 'empty'],
    ['a/b', 'slash'],
    ['.', 'dots'],
    ['..', 'dots'],
    ['line\nbreak', 'control'],
    ['文'.repeat(86), 'long'],
    ['文'.repeat(85), null],
    ['...', null],
    ['<b>', null],
  ])('judges %j', (name, problem) => {
    expect(paths.nameProblem(name)).toBe(problem);
  });
});
