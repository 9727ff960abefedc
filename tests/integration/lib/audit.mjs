// What must hold whatever clients did: nothing half-written visible, nothing leaked, every sum
// right.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { until } from './process.mjs';

const SETTLE_MS = 20_000;

// What the tree says about itself, in the database.
export async function auditAccounts(stack) {
  const wrongQuotas = await stack.sql(`
    SELECT u.username, u.used_bytes, COALESCE(SUM(n.size_bytes), 0) AS real_bytes
    FROM users u LEFT JOIN nodes n ON n.user_id = u.id AND n.kind = 'file'
    GROUP BY u.id HAVING u.used_bytes <> real_bytes`);
  assert.deepEqual(wrongQuotas, [], 'used_bytes differs from the sum of the files');
  const wrongRefs = await stack.sql(`
    SELECT b.id, b.refs, COUNT(n.id) AS nodes FROM blobs b LEFT JOIN nodes n ON n.blob_id = b.id
    GROUP BY b.id HAVING b.refs <> nodes`);
  assert.deepEqual(wrongRefs, [], 'reference counts differ from the nodes');
  const wrongSizes = await stack.sql(`
    SELECT n.id FROM nodes n LEFT JOIN blobs b ON b.id = n.blob_id
    WHERE n.kind = 'file' AND (b.id IS NULL OR b.live IS NULL OR b.size_bytes <> n.size_bytes)`);
  assert.deepEqual(wrongSizes, [], 'files without a live blob of their size');
  const orphans = await stack.sql(`
    SELECT n.id FROM nodes n LEFT JOIN nodes p ON p.id = n.parent_id
    WHERE n.parent_id <> 0 AND (p.id IS NULL OR p.kind <> 'folder' OR p.user_id <> n.user_id)`);
  assert.deepEqual(orphans, [], 'nodes without a parent folder of the same user');
}

// Spooled request bodies belong to requests; without requests there are none.
export async function auditSpool(stack) {
  const isEmpty = async () => (await files(stack.spool)).length === 0;
  await until('the spool is empty', isEmpty, SETTLE_MS);
}

// Every regular file below a folder.
export async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => path.join(e.parentPath ?? e.path, e.name));
}

export async function audit(stack) {
  await auditAccounts(stack);
  await auditSpool(stack);
}
