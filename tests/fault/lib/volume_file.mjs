// Volume files as storage_core/storage/record.h draws them, written from that drawing: to know what
// lies where before it is damaged.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';

const FIRST_RECORD_AT = 8192;
const HEADER_BYTES = 136;
const ALIGNMENT = 8;
const NUMBER_AT = 16;
const MARKER_AT = 24;
const CHECKSUM_AT = 132;
export const Kind = { small: 1, large: 2, tombstone: 3 };

// The volumes of a data folder: { file, bytes }, oldest first.
export async function readVolumes(data) {
  const folder = path.join(data, 'volumes');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.vol')).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, bytes: await readFile(file) };
    }),
  );
}

// Every record with an intact head: { file, kind, key, sequence, at, payload_at, end, large_file }.
export function recordsOf(volume, data) {
  const { bytes } = volume;
  const marker = bytes.subarray(MARKER_AT, MARKER_AT + 8);
  const records = [];
  for (let at = FIRST_RECORD_AT; at + HEADER_BYTES <= bytes.length;) {
    const record = bytes.subarray(at, at + 8).equals(marker) && recordAt(volume, at, data);
    if (!record || !headIsIntact(bytes, record)) {
      at += ALIGNMENT;
      continue;
    }
    records.push(record);
    at = Math.ceil(record.end / ALIGNMENT) * ALIGNMENT;
  }
  return records;
}

function recordAt({ file, bytes }, at, data) {
  const key_bytes = bytes.readUInt16BE(at + 10);
  const payload_at = at + HEADER_BYTES + key_bytes;
  const large = bytes.toString('hex', at + 48, at + 64);
  return {
    file,
    at,
    payload_at,
    kind: bytes[at + 9],
    sequence: bytes.readBigUInt64BE(at + 16),
    key: bytes.toString('utf8', at + HEADER_BYTES, payload_at),
    end: payload_at + bytes.readUInt32BE(at + 12),
    large_file: path.join(data, 'large', large.slice(0, 2), large.slice(2)),
  };
}

function headIsIntact(bytes, { at, payload_at }) {
  const position = Buffer.alloc(16);
  bytes.copy(position, 0, NUMBER_AT, NUMBER_AT + 8);
  position.writeBigUInt64BE(BigInt(at), 8);
  const head = bytes.subarray(at, at + CHECKSUM_AT);
  const key = bytes.subarray(at + HEADER_BYTES, payload_at);
  return crc32(Buffer.concat([position, head, key])) === bytes.readUInt32BE(at + CHECKSUM_AT);
}

// The newest record of every key.
export function liveRecords(volumes, data) {
  const live = new Map();
  for (const record of volumes.flatMap((volume) => recordsOf(volume, data))) {
    const known = live.get(record.key);
    if (!known || record.sequence >= known.sequence) live.set(record.key, record);
  }
  return live;
}
