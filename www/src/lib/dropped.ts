// The files and folders of a drop or a file picker, with their paths relative to where they go.

export interface Gathered {
  files: { path: string; file: File }[];
  // Folders without anything in them; the others come to be with their files.
  emptyFolders: string[];
}

// Safe against a folder tree that links to itself.
const kMaxDepth = 100;

// Takes what was dropped. Must be called inside the drop event: the browser empties `transfer`
// afterwards.
export async function gatherDropped(transfer: DataTransfer): Promise<Gathered> {
  const roots = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const gathered: Gathered = { files: [], emptyFolders: [] };
  for (const { entry, file } of roots) {
    if (entry) await gather(entry, '', 0, gathered);
    else if (file) gathered.files.push({ path: file.name, file });
  }
  return gathered;
}

// Takes what a file or folder picker gave.
export function gatherPicked(files: FileList): Gathered {
  return {
    files: [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
    emptyFolders: [],
  };
}

async function gather(
  entry: FileSystemEntry,
  folder: string,
  depth: number,
  into: Gathered,
): Promise<void> {
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    into.files.push({ path, file });
    return;
  }
  const children = depth < kMaxDepth ? await childrenOf(entry as FileSystemDirectoryEntry) : [];
  if (children.length === 0) into.emptyFolders.push(path);
  for (const child of children) await gather(child, `${path}/`, depth + 1, into);
}

// A reader gives a folder in parts; an empty part is the end.
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return children;
    children.push(...part);
  }
}
