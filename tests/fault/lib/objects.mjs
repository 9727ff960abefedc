// Objects of a storage whose contents are made from their numbers, uploaded and compared over the
// binary protocol.
import { createHash } from 'node:crypto';

import * as wire from '../../integration/lib/wire.mjs';

export const OWNER = { application: 'fault', user: 'test' };

// The same number and size, the same bytes.
export function contentOf(number, size) {
  const seed = createHash('sha256').update(`object ${number}`).digest();
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += seed.length) {
    seed.writeUInt32BE(at, 0);
    seed.copy(bytes, at);
  }
  return bytes;
}

export const keyOf = (group, number) => ({ ...OWNER, file: `${group}/${number}` });

// Runs `work(item, connection)` over all items on a few connections of its own; another one is opened
// when it says that the connection is of no more use.
export async function overConnections(items, open, work, connections = 8) {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      let connection;
      for (let next; !(next = queue.next()).done;) {
        const item = next.value;
        connection ??= await open();
        if (!(await work(item, connection))) {
          connection.close();
          connection = undefined;
        }
      }
      connection?.close();
    }),
  );
}

// 'whole', 'wrong' (other bytes than were uploaded), 'refused' (an error, with its number), or 'cut'
// (the connection ended before the content did).
export async function judge(connection, key, content) {
  const reply = await connection.call(wire.download(key));
  if (reply === null) return { state: 'cut' };
  if (reply.error) return { state: 'refused', ...reply.error };
  return { state: reply.body.equals(content) ? 'whole' : 'wrong' };
}

// Whether a verdict says that there is no such object.
export const isGone = ({ number }) =>
  number === wire.ErrorNumber.not_found || number === wire.ErrorNumber.deleted;
