import { describe, expect, it } from 'vitest';

import * as format from '../src/lib/format';

describe('formatSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1536, '1.54 kB'],
    [15360, '15.4 kB'],
    [153600, '154 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [2 ** 31, '2.15 GB'],
    [Number.MAX_SAFE_INTEGER, '9.01 PB'],
  ])('shows %d as %s', (bytes, text) => {
    expect(format.formatSize(bytes, 'en')).toBe(text);
  });

  it('speaks Chinese', () => {
    expect(format.formatSize(0, 'zh-CN')).toBe('0字节');
  });
});

describe('formatShare', () => {
  it.each([
    [0, '0%'],
    [0.999, '99%'],
    [1, '100%'],
    [1.2, '100%'],
    [-1, '0%'],
  ])('shows %d as %s', (share, text) => {
    expect(format.formatShare(share, 'en')).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0.2, '1 sec'],
    [59, '59 sec'],
    [60, '1 min'],
    [3599, '60 min'],
    [5400, '1.5 hr'],
  ])('shows %d seconds as %s', (seconds, text) => {
    expect(format.formatDuration(seconds, 'en')).toBe(text);
  });
});

describe('formatDate', () => {
  const now = new Date(2026, 10, 21, 12, 0);
  const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString();

  it('shows only what tells dates apart', () => {
    expect(format.formatDate(at(2026, 10, 21, 9), 'en-GB', now)).toBe('09:00');
    expect(format.formatDate(at(2026, 2, 3, 9), 'en-GB', now)).toBe('3 Mar');
    expect(format.formatDate(at(2024, 2, 3, 9), 'en-GB', now)).toBe('3 Mar 2024');
    expect(format.formatDate(at(2026, 2, 3, 9), 'zh-CN', now)).toBe('3月3日');
  });
});
