// The server's REST interface (docs/openapi.yaml) as functions. Each call has a deadline; a failure
// is a thrown Problem. Uploads are in transport.ts, because only XMLHttpRequest reports their
// progress.

import { contentUrl } from './paths';

export interface User {
  id: string;
  username: string;
  role: 'admin' | 'user' | 'read_only';
  quota_bytes: number | null;
  used_bytes: number;
  password_is_initial: boolean;
  created_at: string;
}

export interface Entry {
  id: string;
  path: string;
  name: string;
  kind: 'folder' | 'file';
  size: number;
  type: string | null;
  sha256?: string;
  etag: string;
  created_at: string;
  modified_at: string;
}

export interface Listing {
  path: string;
  entries: Entry[];
  next_cursor: string | null;
}

export interface Link {
  url: string;
  expires_at: string;
}

// Why a call failed. `code` is the server's stable code, or one of ours: 'network' (no answer),
// 'timeout' (no answer in time), 'unreadable' (the file on this device cannot be read).
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status = 0,
    readonly detail = '',
  ) {
    super(detail || code);
  }
}

export const kDeadlineMs = 30_000;
// Deleting a big folder is one request.
const kDeleteDeadlineMs = 300_000;
const kApi = '/api/v1';

// Other sites' pages cannot send this header; the server wants it on every request that changes
// something.
export const kOwnHeaders = { 'X-Yundisk': '1' };

// Makes the Problem of an answer that is not 2xx. A proxy on the way may answer without a problem
// document; then the status alone decides.
export function problemOf(status: number, body: string): Problem {
  try {
    const document = JSON.parse(body) as { code?: unknown; detail?: unknown };
    if (typeof document.code === 'string') {
      return new Problem(document.code, status, String(document.detail ?? ''));
    }
  } catch {
    // Not JSON: fall through.
  }
  const codes: Record<number, string> = {
    401: 'unauthenticated',
    404: 'not_found',
    413: 'too_large',
    429: 'too_many_requests',
    507: 'no_space',
  };
  return new Problem(codes[status] ?? (status >= 502 ? 'unavailable' : 'internal'), status);
}

type Listener = () => void;
let onSignedOut: Listener = () => {};

// `listener` is called whenever the server says that nobody is signed in any more.
export function whenSignedOut(listener: Listener): void {
  onSignedOut = listener;
}

export function reportSignedOut(): void {
  onSignedOut();
}

interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  deadlineMs?: number;
  signal?: AbortSignal;
}

async function send(method: string, url: string, options: CallOptions = {}): Promise<Response> {
  const deadline = AbortSignal.timeout(options.deadlineMs ?? kDeadlineMs);
  const headers: Record<string, string> = { ...options.headers };
  if (method !== 'GET') Object.assign(headers, kOwnHeaders);
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(url, {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      credentials: 'same-origin',
      signal: options.signal ? AbortSignal.any([deadline, options.signal]) : deadline,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(deadline.aborted ? 'timeout' : 'network');
  }
}

async function call(method: string, url: string, options: CallOptions = {}): Promise<Response> {
  const response = await send(method, url, options);
  if (response.ok) return response;
  throw problemOf(response.status, await response.text());
}

// As call, for requests that need a signed-in user.
async function callSignedIn(method: string, url: string, options?: CallOptions): Promise<Response> {
  try {
    return await call(method, url, options);
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthenticated') onSignedOut();
    throw error;
  }
}

async function json<T>(response: Promise<Response>): Promise<T> {
  return (await response).json() as Promise<T>;
}

export interface Credentials {
  username: string;
  password: string;
}

export const register = (body: Credentials) => json<User>(call('POST', `${kApi}/users`, { body }));

export const signIn = (body: Credentials) =>
  json<{ user: User }>(call('POST', `${kApi}/sessions`, { body }));

export const signOut = () => call('DELETE', `${kApi}/sessions/current`);

export const me = () => json<User>(call('GET', `${kApi}/me`));

// `unauthenticated` here means that the current password is wrong, so nobody is signed out by it.
export const changePassword = (current_password: string, new_password: string) =>
  call('POST', `${kApi}/me/password`, { body: { current_password, new_password } });

export function listFolder(path: string, limit: number, cursor: string | null): Promise<Listing> {
  const query = new URLSearchParams({ path, limit: String(limit) });
  if (cursor !== null) query.set('cursor', cursor);
  return json(callSignedIn('GET', `${kApi}/files?${query}`));
}

export const entryAt = (path: string) =>
  json<Entry>(callSignedIn('GET', `${kApi}/entry?${new URLSearchParams({ path })}`));

export const makeFolder = (path: string, parents = false) =>
  json<Entry>(callSignedIn('POST', `${kApi}/folders`, { body: { path, parents } }));

export const move = (from: string, to: string) =>
  json<Entry>(callSignedIn('POST', `${kApi}/move`, { body: { from, to } }));

// Deletes a file, or a folder with everything in it.
export function remove(entry: Entry): Promise<Response> {
  const query = entry.kind === 'folder' ? '?recursive=true' : '';
  const options = { deadlineMs: kDeleteDeadlineMs };
  return callSignedIn('DELETE', contentUrl(entry.path) + query, options);
}

export const makeLink = (path: string) =>
  json<Link>(callSignedIn('POST', `${kApi}/links`, { body: { path } }));

export const playlistUrl = (path: string) => `${kApi}/playlist?${new URLSearchParams({ path })}`;

// The first `limit` bytes of a file as text; bytes that are not UTF-8 become replacement
// characters.
export async function readText(path: string, limit: number, signal: AbortSignal): Promise<string> {
  const headers = { Range: `bytes=0-${limit - 1}` };
  return (await callSignedIn('GET', contentUrl(path), { headers, signal })).text();
}
