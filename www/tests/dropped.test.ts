import { describe, expect, it } from 'vitest';

import { gatherDropped, gatherPicked } from '../src/lib/dropped';

// What a browser gives for a dropped folder: files and readers that answer in parts.
type Tree = { [name: string]: Tree | string };

function entry(name: string, tree: Tree | string): FileSystemEntry {
  if (typeof tree === 'string') {
    const file = (done: FileCallback) => done(new File([tree], name));
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  const children = Object.entries(tree).map(([child, below]) => entry(child, below));
  const createReader = () => {
    const left = [...children];
    return { readEntries: (done: FileSystemEntriesCallback) => done(left.splice(0, 2)) };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

function transfer(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, below]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entry(name, below),
    getAsFile: () => null,
  }));
  return { items: [{ kind: 'string' }, ...items] } as unknown as DataTransfer;
}

describe('gatherDropped', () => {
  it('finds every file of a folder, however many parts it comes in', async () => {
    const tree = { top: { a: '1', b: '2', c: '3', d: '4', e: '5', sub: { f: '6' } }, lone: '7' };
    const { files, emptyFolders } = await gatherDropped(transfer(tree));
    expect(files.map(({ path }) => path)).toEqual([
      'top/a',
      'top/b',
      'top/c',
      'top/d',
      'top/e',
      'top/sub/f',
      'lone',
    ]);
    expect(emptyFolders).toEqual([]);
    expect(await files[5]!.file.text()).toBe('6');
  });

  it('keeps empty folders', async () => {
    const { files, emptyFolders } = await gatherDropped(transfer({ a: { b: {} }, c: {} }));
    expect(files).toEqual([]);
    expect(emptyFolders).toEqual(['a/b', 'c']);
  });
});

describe('gatherPicked', () => {
  it('takes the path within a picked folder, else the name', () => {
    const inFolder = Object.assign(new File([], 'x'), { webkitRelativePath: 'dir/x' });
    const { files } = gatherPicked([inFolder, new File([], 'y')] as unknown as FileList);
    expect(files.map(({ path }) => path)).toEqual(['dir/x', 'y']);
  });
});
