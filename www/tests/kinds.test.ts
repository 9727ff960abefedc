import { expect, it } from 'vitest';

import { kindOf } from '../src/lib/kinds';

it.each([
  ['image/png', 'image'],
  ['video/x-matroska', 'video'],
  ['audio/flac', 'audio'],
  ['text/plain; charset=utf-8', 'text'],
  ['application/json', 'text'],
  ['application/vnd.api+json', 'text'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'archive'],
  ['application/octet-stream', 'other'],
  ['', 'other'],
  [null, 'other'],
])('takes %s for %s', (type, kind) => {
  expect(kindOf({ kind: 'file', type })).toBe(kind);
});

it('takes a folder for a folder', () => {
  expect(kindOf({ kind: 'folder', type: null })).toBe('folder');
});
