// Damage to what a storage has on its disk, and what must become of it: the scrub finds all, no
// damaged byte is served, what was not hit is served as before, and nobody crashes.
//
// `storages` are the members of one group, damaged one at a time. With one of them a damaged object
// stays an error; with more it must be whole again in the end.
import assert from 'node:assert/strict';
import { open, readFile, rename, rm, stat, truncate } from 'node:fs/promises';

import { until } from '../../integration/lib/process.mjs';
import * as wire from '../../integration/lib/wire.mjs';
import { contentOf, judge, keyOf, overConnections } from './objects.mjs';
import { Kind, liveRecords, readVolumes, recordsOf } from './volume_file.mjs';

const GROUP = '1';
const FIND_MS = 60_000;
const REPAIR_MS = 120_000;
const BLOCK_BYTES = 4096;
const LARGE_BYTES = 5000;

// Small volumes, a fast scrub that finds everything due at once, and no compaction that would move
// things away from under the damage.
export const SETTINGS = {
  large_object_bytes: LARGE_BYTES,
  volume_bytes: 2 ** 20,
  prepare_bytes: 2 ** 16,
  min_free_bytes: 0,
  compaction_garbage_percent: 99,
  scrub_bytes_per_s: 2 ** 32,
  verify_max_age_s: 2,
  index_flush_interval_s: 1,
};

export class BitRot {
  constructor(storages, random) {
    this.storages = storages;
    this.random = random;
    this.sizes = new Map(); // number of an object -> its size
    this.totals = { faults: 0, objects_hit: 0, records_rewritten: 0, reads: 0 };
  }

  async fill({ small, large }) {
    const numbers = Array.from({ length: small + large }, (_, i) => i);
    for (const number of numbers) this.sizes.set(number, this.sizeOf(number >= small));
    const upload = async (number, connection) => {
      const reply = await connection.call(wire.upload(this.key(number), this.content(number)));
      assert.equal(reply?.status, 0, reply?.error?.text);
      return true;
    };
    await overConnections(numbers, () => this.storages[0].connect(), upload);
    // Deleted objects are garbage that damage may hit as well.
    const connection = await this.storages[0].connect();
    for (const number of numbers.filter((n) => n % 40 === 7)) {
      assert.equal((await connection.call(wire.remove(this.key(number)))).status, 0);
      this.sizes.delete(number);
    }
    connection.close();
  }

  sizeOf(large) {
    if (!large) return this.random.between(1, 3000);
    return this.random.below(10) === 0 ? 300_000 : this.random.between(LARGE_BYTES, 20_000);
  }
  key(number) {
    return keyOf(GROUP, number);
  }
  content(number) {
    return contentOf(number, this.sizes.get(number));
  }

  // Damages one storage, waits until all of it is found, and compares everything. Once in the life
  // of a storage's process.
  async damage(storage, faults, { stopped }) {
    // A running one is held still meanwhile: it would mend some of the damage before all of it is
    // done, and what lies where would change.
    if (stopped) await storage.stop();
    else storage.hold();
    const before = await this.snapshot(storage);
    this.planted = [];
    for (let i = 0; i < faults; ++i) await this.plant(before);
    if (stopped) await this.plantInWholeVolume(before);
    const { hit, rewritten } = await this.hits(before);
    if (stopped) await storage.start();
    else storage.goOn();
    await until('the scrub has found all damage', async () => {
      await this.readSome(storage, hit);
      const found = await counter(storage, 'scrub_damaged');
      return found >= hit.size && (await counter(storage, 'scrub_rewritten')) >= rewritten.size;
    }, FIND_MS).catch(async (error) => {
      throw new Error(`${error.message}: ${await this.missed(storage, hit, rewritten)}`);
    });
    this.totals.faults += this.planted.length;
    this.totals.objects_hit += hit.size;
    this.totals.records_rewritten += rewritten.size;
    await this.compare(storage, hit);
    if (this.storages.length > 1) await this.waitForRepair();
    // With one storage what is damaged stays so: it takes no part in the next damage.
    else for (const number of hit.keys()) this.sizes.delete(number);
  }

  async snapshot(storage) {
    const volumes = await readVolumes(storage.data);
    const live = [...liveRecords(volumes, storage.data).values()].filter(
      ({ kind, key }) => kind !== Kind.tombstone && this.sizes.has(numberOf(key)),
    );
    return { volumes, live };
  }

  // One fault in the bytes of one object or of its record.
  async plant({ live }) {
    const record = this.random.pick(live);
    const where = this.random.below(record.kind === Kind.large ? 8 : 3);
    if (where === 0) return this.flip(record.file, record.at, record.payload_at);
    if (where === 1 && record.end > record.payload_at)
      return this.flip(record.file, record.payload_at, record.end);
    if (where === 2) return this.zero(record.file, record.at);
    if (record.kind !== Kind.large) return this.plant({ live });
    return this.plantInFile(record.large_file, live);
  }

  async plantInFile(file, live) {
    const size = (await stat(file).catch(() => ({ size: 0 }))).size;
    if (size === 0) return;
    const other = this.random.pick(live.filter(({ kind }) => kind === Kind.large)).large_file;
    switch (this.random.below(6)) {
      case 0: return this.note(file, 'is cut', truncate(file, this.random.below(size)));
      case 1: return this.note(file, 'is deleted', rm(file));
      case 2: return this.swap(file, other);
      case 3: return this.zero(file, this.random.below(size));
      default: return this.flip(file, 0, size);
    }
  }

  // Only while nobody has the volumes open: an open file keeps its bytes whatever its name does.
  async plantInWholeVolume({ volumes }) {
    const closed = volumes.slice(0, -1).map(({ file }) => file);
    if (closed.length < 2 || this.random.below(2) === 0) return;
    const [file] = closed;
    const other = closed[1 + this.random.below(closed.length - 1)];
    switch (this.random.below(3)) {
      case 0: return this.note(file, 'is cut', truncate(file, 500_000));
      case 1: return this.note(file, 'is deleted', rm(file));
      default: return this.swap(file, other);
    }
  }

  async flip(file, from, to) {
    const at = this.random.between(from, to - 1);
    const bit = 1 << this.random.below(8);
    await this.note(file, `has bit ${bit} of byte ${at} flipped`, change(file, at, 1, (bytes) => {
      bytes[0] ^= bit;
    }));
  }
  async zero(file, at) {
    const start = Math.floor(at / BLOCK_BYTES) * BLOCK_BYTES;
    await this.note(file, `has zeros from ${start} on`, change(file, start, BLOCK_BYTES, (bytes) => bytes.fill(0)));
  }
  async swap(file, other) {
    const aside = `${file}.aside`;
    if (file === other || !(await exists(file)) || !(await exists(other))) return;
    const swapping = async () => {
      await rename(file, aside);
      await rename(other, file);
      await rename(aside, other);
    };
    await this.note(file, `is swapped with ${other}`, swapping());
  }
  async note(file, what, done) {
    await done;
    this.planted.push(`${file} ${what}`);
  }

  // Numbers of the objects whose contents are damaged now (`hit`) and of those of which only the
  // head of the record is (`rewritten`: the storage can make that good by itself).
  async hits({ volumes, live }) {
    const now = new Map();
    for (const { file } of volumes) now.set(file, await readFile(file).catch(() => Buffer.alloc(0)));
    const before = new Map(volumes.map(({ file, bytes }) => [file, bytes]));
    const hit = new Map(); // number -> where it is
    const rewritten = new Map();
    for (const record of live) {
      const same = (from, to) =>
        before.get(record.file).subarray(from, to).equals(now.get(record.file).subarray(from, to));
      const number = numberOf(record.key);
      const lost = headerLost(before.get(record.file), now.get(record.file));
      const whole = record.kind !== Kind.large || (await this.isWhole(record, number));
      if (lost || !same(record.payload_at, record.end) || !whole)
        hit.set(number, where(record));
      else if (!same(record.at, record.payload_at)) rewritten.set(number, where(record));
    }
    return { hit, rewritten };
  }
  async isWhole({ large_file }, number) {
    const bytes = await readFile(large_file).catch(() => undefined);
    return bytes !== undefined && bytes.equals(this.content(number));
  }

  // While the scrub is still looking, reads must not see damage either.
  async readSome(storage, hit) {
    const numbers = [...this.sizes.keys()];
    const some = Array.from({ length: 20 }, () => this.random.pick(numbers));
    await this.read(storage, some.filter((number) => !hit.has(number)), hit);
  }
  async compare(storage, hit) {
    await this.read(storage, [...this.sizes.keys()], hit);
  }
  async read(storage, numbers, hit) {
    await overConnections(numbers, () => storage.connect(), async (number, connection) => {
      const { state, text } = await judge(connection, this.key(number), this.content(number));
      this.totals.reads += 1;
      assert.notEqual(state, 'wrong', `object ${number}: damaged bytes were served`);
      if (!hit.has(number)) assert.equal(state, 'whole', `object ${number} was not hit: ${text}`);
      else if (this.storages.length === 1) assert.notEqual(state, 'whole', `object ${number} was hit`);
      return state !== 'cut';
    });
  }

  // Every member serves every object again.
  async waitForRepair() {
    for (const storage of this.storages)
      await until('all objects are whole again', async () => {
        let broken = 0;
        await overConnections([...this.sizes.keys()], () => storage.connect(), async (number, connection) => {
          const { state } = await judge(connection, this.key(number), this.content(number));
          assert.notEqual(state, 'wrong', `object ${number}: damaged bytes were served`);
          broken += state === 'whole' ? 0 : 1;
          return state !== 'cut';
        });
        return broken === 0;
      }, REPAIR_MS);
  }

  async missed(storage, hit, rewritten) {
    const statistics = await storage.statistics();
    const unnoticed = [];
    await overConnections(hit.keys(), () => storage.connect(), async (number, connection) => {
      const known = await connection.call(wire.stat(this.key(number)));
      if (known?.status === 0) unnoticed.push(JSON.stringify(hit.get(number)));
      return known !== null;
    });
    const places = new Set();
    for (const volume of await readVolumes(storage.data))
      for (const { key, at } of recordsOf(volume, storage.data))
        if (rewritten.get(numberOf(key))?.at !== at) places.add(numberOf(key));
    for (const [number, record] of rewritten)
      if (!places.has(number)) unnoticed.push(`${JSON.stringify(record)}`);
    const planted = this.planted.join('\n');
    return (
      `unnoticed: ${unnoticed.join()}\n` +
      `${hit.size} objects hit, ${statistics.get('scrub_damaged')} found damaged; ${rewritten.size} records, ` +
      `${statistics.get('scrub_rewritten')} rewritten; planted:\n${planted}`
    );
  }
}

// Both copies of a volume's header are gone, or belong to another volume.
function headerLost(before, now) {
  const header = (bytes, at) => bytes.subarray(at, at + 64);
  return [0, BLOCK_BYTES].every((at) => !header(before, at).equals(header(now, at)));
}

const where = ({ file, at, payload_at, end, kind, large_file }) =>
  kind === Kind.large ? { file, at, payload_at, end, large_file } : { file, at, payload_at, end };

const numberOf = (key) => Number(key.slice(key.lastIndexOf('/') + 1));

async function counter(storage, name) {
  return Number((await storage.statistics()).get(name) ?? 0);
}

const exists = (file) => stat(file).then(() => true, () => false);

async function change(file, at, size, edit) {
  if (!(await exists(file))) return;
  const handle = await open(file, 'r+');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, at);
    const bytes = buffer.subarray(0, bytesRead);
    edit(bytes);
    await handle.write(bytes, 0, bytesRead, at);
  } finally {
    await handle.close();
  }
}
