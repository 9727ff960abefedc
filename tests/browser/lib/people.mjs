// Users and their files, through the REST interface.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

export const kSite = process.env.YUNDISK_URL;
assert.ok(kSite, 'YUNDISK_URL names the yundisk to test: run ./yundisk test browser');

const kApi = `${kSite}/api/v1`;
export const kPassword = 'correct horse battery';

async function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(kApi + path, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(response.status, 201, `POST ${path}: ${await response.clone().text()}`);
  return response.json();
}

export const newName = () => `u${randomBytes(6).toString('hex')}`;

// A registered and signed-in user.
export async function newUser() {
  const credentials = { username: newName(), password: kPassword };
  await post('/users', credentials);
  const { token } = await post('/sessions', credentials);
  return { ...credentials, token };
}

const contentUrl = (path) => `${kApi}/content${path.split('/').map(encodeURIComponent).join('/')}`;

export async function put(user, path, body) {
  const headers = { Authorization: `Bearer ${user.token}` };
  const response = await fetch(contentUrl(path), { method: 'PUT', headers, body });
  assert.equal(response.status, 201, `PUT ${path}: ${await response.clone().text()}`);
}

// Many small files; several at once.
export async function putMany(user, paths, body) {
  const waiting = [...paths];
  const work = async () => {
    for (let path = waiting.pop(); path; path = waiting.pop()) await put(user, path, body);
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

// The bytes of a file; null when there is none.
export async function get(user, path) {
  const headers = { Authorization: `Bearer ${user.token}` };
  const response = await fetch(contentUrl(path), { headers });
  if (response.status === 404) return null;
  assert.equal(response.status, 200, `GET ${path}`);
  return Buffer.from(await response.arrayBuffer());
}

// The names in a folder of less than a thousand entries.
export async function namesIn(user, path) {
  const headers = { Authorization: `Bearer ${user.token}` };
  const query = new URLSearchParams({ path, limit: '1000' });
  const response = await fetch(`${kApi}/files?${query}`, { headers });
  assert.equal(response.status, 200, `GET /files ${path}`);
  return (await response.json()).entries.map((entry) => entry.name);
}
