// Paths of files ("/Films/a.mp4", the root is "/") and the URLs made from them. Pure functions.

// The server's limits (docs/openapi.yaml), in bytes of UTF-8.
const kMaxNameBytes = 255;

const kFilesPrefix = '/files';
const kContentPrefix = '/api/v1/content';

export const joinPath = (folder: string, name: string) =>
  folder === '/' ? `/${name}` : `${folder}/${name}`;

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

// Every folder from the root's first child to `path` itself; empty for the root.
export function ancestry(path: string): { name: string; path: string }[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((name, i) => ({ name, path: '/' + names.slice(0, i + 1).join('/') }));
}

export const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

export const contentUrl = (path: string) => kContentPrefix + encodePath(path);

export const downloadUrl = (path: string) => `${contentUrl(path)}?download=1`;

// The page's address of a folder, with `show` open in the preview.
export function folderUrl(path: string, show?: string): string {
  const folder = kFilesPrefix + (path === '/' ? '/' : `${encodePath(path)}/`);
  return show === undefined ? folder : `${folder}?show=${encodeURIComponent(show)}`;
}

export type Route =
  | { page: 'files'; path: string; show: string | null }
  | { page: 'sign-in' }
  | { page: 'register' }
  | { page: 'password' }
  | { page: 'unknown' };

// What an address of the page means.
export function routeOf(pathname: string, search: string): Route {
  if (pathname === '/sign-in') return { page: 'sign-in' };
  if (pathname === '/register') return { page: 'register' };
  if (pathname === '/password') return { page: 'password' };
  if (pathname !== kFilesPrefix && !pathname.startsWith(`${kFilesPrefix}/`)) {
    return { page: 'unknown' };
  }
  try {
    const names = pathname
      .slice(kFilesPrefix.length)
      .split('/')
      .filter((name) => name !== '');
    const path = '/' + names.map(decodeURIComponent).join('/');
    return { page: 'files', path, show: new URLSearchParams(search).get('show') };
  } catch {
    return { page: 'unknown' }; // a malformed escape
  }
}

export function splitName(name: string): { stem: string; extension: string } {
  const match = /^(.+?)((?:\.tar)?\.[^.]+)$/s.exec(name);
  return match ? { stem: match[1]!, extension: match[2]! } : { stem: name, extension: '' };
}

const utf8Length = (text: string) => new TextEncoder().encode(text).length;

// "a.txt" -> "a (2).txt", with the stem shortened where the name would become too long.
export function numberedName(name: string, number: number): string {
  const { stem, extension } = splitName(name);
  const suffix = ` (${number})${extension}`;
  let characters = [...stem];
  while (characters.length > 1 && utf8Length(characters.join('') + suffix) > kMaxNameBytes) {
    characters = characters.slice(0, -1);
  }
  return characters.join('') + suffix;
}

export type NameProblem = 'empty' | 'slash' | 'dots' | 'control' | 'long';

// Why `name` cannot be the name of a file or folder; null when it can.
export function nameProblem(name: string): NameProblem | null {
  if (name === '') return 'empty';
  if (name.includes('/')) return 'slash';
  if (name === '.' || name === '..') return 'dots';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'control';
  return utf8Length(name) > kMaxNameBytes ? 'long' : null;
}
