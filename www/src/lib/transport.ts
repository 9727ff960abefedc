// Sends one file to the server. XMLHttpRequest instead of fetch: only it reports the bytes sent.

import { entryAt, kOwnHeaders, me, Problem, problemOf, reportSignedOut, type Entry } from './api';
import { contentUrl } from './paths';

export interface Parcel {
  path: string;
  file: File;
  // Whether the file may take the place of one that is there.
  replace: boolean;
}

// Resolves when the server has the file whole and durable; rejects with a Problem. After `signal`
// is aborted it rejects with whatever comes first.
export type Send = (
  parcel: Parcel,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<Entry>;

// No progress for so long means that the connection is dead. Above the server's own time-outs, and
// enough for it to hash and sync a large file after the last byte.
const kStallMs = 180_000;

// A large upload is asked about before it is sent: a refusal that comes while the bytes are still on
// their way can get lost with the connection. The server decides all the same.
const kAskFirstBytes = 4 * 1024 * 1024;

async function askFirst({ path, file, replace }: Parcel): Promise<void> {
  // What a replaced file gives back is for the server to reckon.
  if (replace) return;
  const user = await me();
  const left = user.quota_bytes === null ? Infinity : user.quota_bytes - user.used_bytes;
  if (file.size > left) throw new Problem('quota_exceeded', 507);
  const found = await entryAt(path).catch((error: Problem) => {
    if (error.status !== 404) throw error;
  });
  if (found) throw new Problem('precondition_failed', 412);
}

// An XMLHttpRequest does not say whether the network or the file was the trouble.
async function troubleOf(file: File): Promise<Problem> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return new Problem('network');
  } catch {
    return new Problem('unreadable');
  }
}

export const sendFile: Send = async (parcel, onSent, signal) => {
  if (parcel.file.size >= kAskFirstBytes) await askFirst(parcel);
  signal.throwIfAborted();
  return put(parcel, onSent, signal);
};

const put: Send = ({ path, file, replace }, onSent, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout>;
    const alive = () => {
      clearTimeout(stall);
      stall = setTimeout(() => request.abort(), kStallMs);
    };
    const settle = (act: () => void) => {
      clearTimeout(stall);
      signal.removeEventListener('abort', abort);
      act();
    };
    const abort = () => request.abort();

    request.open('PUT', contentUrl(path));
    for (const [name, value] of Object.entries(kOwnHeaders)) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    if (!replace) request.setRequestHeader('If-None-Match', '*');
    request.upload.onprogress = (event) => {
      alive();
      onSent(event.loaded);
    };
    request.onload = () =>
      settle(() => {
        if (request.status === 200 || request.status === 201) {
          resolve(JSON.parse(request.responseText) as Entry);
          return;
        }
        if (request.status === 401) reportSignedOut();
        reject(problemOf(request.status, request.responseText));
      });
    request.onerror = () => settle(() => void troubleOf(file).then(reject));
    request.onabort = () => settle(() => reject(new Problem('timeout')));
    signal.addEventListener('abort', abort);
    alive();
    request.send(file);
  });
