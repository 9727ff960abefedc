// A signed-in user of the REST interface.
import { createHash, randomBytes } from 'node:crypto';

import { request } from './http.mjs';

export const PASSWORD = 'correct horse battery';

// A name no other test uses.
export function freshName(prefix = 'user') {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

// A path as it stands in a URL: each name percent-encoded.
export function encodePath(path) {
  return path
    .split('/')
    .map((name) => encodeURIComponent(name))
    .join('/');
}

// Makes an account and signs in.
export async function signUp(url, username = freshName()) {
  const anonymous = new Disk(url);
  const made = await anonymous.call('POST', '/users', { username, password: PASSWORD });
  if (made.status !== 201) throw new Error(`register ${username}: ${made.status} ${made.text}`);
  return signIn(url, username);
}

export async function signIn(url, username, password = PASSWORD) {
  const reply = await new Disk(url).call('POST', '/sessions', { username, password });
  if (reply.status !== 201) throw new Error(`sign in ${username}: ${reply.status} ${reply.text}`);
  return new Disk(url, reply.json.token, reply.json.user);
}

export class Disk {
  constructor(url, token, user) {
    this.url = url;
    this.token = token;
    this.user = user;
  }

  get authorization() {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  // JSON in and out, below /api/v1.
  call(method, target, json, headers = {}) {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.send(method, `/api/v1${target}`, { body, headers: { ...type, ...headers } });
  }

  // Any target of the server, as it is.
  send(method, target, { body, headers = {}, sink, from } = {}) {
    return request(this.url, {
      method,
      target,
      body,
      sink,
      from,
      headers: { ...this.authorization, ...headers },
    });
  }

  // Paths begin with '/'.
  put(path, body, headers) {
    return this.content('PUT', path, { body, headers });
  }
  get(path, headers) {
    return this.content('GET', path, { headers });
  }
  head(path, headers) {
    return this.content('HEAD', path, { headers });
  }
  remove(path, { recursive = false, ...headers } = {}) {
    const query = recursive ? '?recursive=true' : '';
    return this.send('DELETE', `/api/v1/content${encodePath(path)}${query}`, { headers });
  }
  content(method, path, options) {
    return this.send(method, `/api/v1/content${encodePath(path)}`, options);
  }
  entry(path) {
    return this.call('GET', `/entry?path=${encodeURIComponent(path)}`);
  }

  // Every entry of a folder, through all windows.
  async list(path, limit = 1000) {
    const entries = [];
    let cursor = null;
    do {
      const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const target = `/files?path=${encodeURIComponent(path)}&limit=${limit}${more}`;
      const reply = await this.call('GET', target);
      if (reply.status !== 200) throw new Error(`list ${path}: ${reply.status} ${reply.text}`);
      entries.push(...reply.json.entries);
      cursor = reply.json.next_cursor;
    } while (cursor !== null);
    return entries;
  }

  async usedBytes() {
    return (await this.call('GET', '/me')).json.used_bytes;
  }
}
