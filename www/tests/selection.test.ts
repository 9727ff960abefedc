import { beforeEach, describe, expect, it } from 'vitest';

import { Selection } from '../src/lib/selection.svelte';

const order = ['a', 'b', 'c', 'd', 'e'];
let selection: Selection;

const ids = () => order.filter((id) => selection.has(id)).join('');

beforeEach(() => {
  selection = new Selection();
});

describe('selecting', () => {
  it('replaces, toggles and clears', () => {
    selection.only('b');
    selection.toggle('d');
    expect(ids()).toBe('bd');
    selection.toggle('b');
    expect(ids()).toBe('d');
    selection.clear();
    expect(selection.size).toBe(0);
    expect(selection.active).toBe('b');
  });

  it('extends from where it began, both ways', () => {
    selection.only('c');
    selection.extendTo(order, 'e');
    expect(ids()).toBe('cde');
    selection.extendTo(order, 'a');
    expect(ids()).toBe('abc');
  });

  it('ignores an entry that is not listed', () => {
    selection.only('c');
    selection.extendTo(order, 'gone');
    expect(ids()).toBe('c');
  });
});

describe('the keyboard', () => {
  it('starts at the first entry going down, at the last going up', () => {
    expect(selection.move(order, 1, false)).toBe('a');
    selection = new Selection();
    expect(selection.move(order, -1, false)).toBe('e');
  });

  it('stops at the ends', () => {
    selection.only('d');
    expect(selection.move(order, 100, false)).toBe('e');
    expect(selection.move(order, -100, false)).toBe('a');
    expect(selection.move([], 1, false)).toBeNull();
  });

  it('extends with Shift', () => {
    selection.only('b');
    selection.move(order, 1, true);
    selection.move(order, 1, true);
    expect(ids()).toBe('bcd');
    selection.move(order, -1, true);
    expect(ids()).toBe('bc');
  });

  it('extends from a focused entry that was not selected', () => {
    selection.focus('b');
    selection.move(order, 1, true);
    expect(ids()).toBe('bc');
  });
});

describe('a list that changed', () => {
  it('keeps what is still there', () => {
    selection.all(order);
    selection.keep(order, ['a', 'c', 'x']);
    expect(ids()).toBe('ac');
  });

  it('moves the keyboard to the entry that took the place of a deleted one', () => {
    selection.only('c');
    selection.keep(order, ['a', 'b', 'd', 'e']);
    expect(selection.active).toBe('d');
    selection.only('e');
    selection.keep(order, ['a', 'b']);
    expect(selection.active).toBe('b');
    selection.keep(['a', 'b'], []);
    expect(selection.active).toBeNull();
  });
});
