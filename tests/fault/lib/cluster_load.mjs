// Uploads, reads and deletions over the binary protocol while daemons are hit, and the record of what
// was acknowledged.
//
// An upload without an acknowledgement may come to be or not, but the members of its group must agree
// in the end. A deletion without one is forgotten.
import { setTimeout as sleep } from 'node:timers/promises';

import * as wire from '../../integration/lib/wire.mjs';
import { ClusterClient } from './cluster_client.mjs';
import { ObjectList } from './object_list.mjs';
import { contentOf, isGone, judge, keyOf, OWNER } from './objects.mjs';

const WORKERS = 24;
const ID_KEY = 'load';
const SMALL_BYTES = 4000;
const LARGE_BYTES = 300_000; // a file of its own from 100 KiB on
const ONE_IS_LARGE_IN = 200;
const ONE_READ_IN = 10; // uploads
const ONE_DELETED_IN = 50;
const PAUSE_AFTER_FAILURE_MS = 20;
const SHOWN = 10;

export class ClusterLoad {
  // Ends by itself after `most` acknowledged uploads.
  constructor(stack, random, { uploads_per_s, most = Infinity }) {
    this.stack = stack;
    this.random = random;
    this.pause_ms = (WORKERS * 1000) / uploads_per_s;
    this.most = most;
    this.there = new ObjectList();
    this.undecided = new ObjectList();
    this.deleted = new ObjectList();
    this.deleting = new Set(); // numbers whose deletion was sent
    this.acknowledged = 0;
    this.reads = 0;
    this.broken = 0;
    this.lost = [];
  }

  get totals() {
    return {
      'uploads acknowledged': this.acknowledged,
      'deletions acknowledged': this.deleted.size,
      'reads meanwhile': this.reads,
      'requests broken': this.broken,
    };
  }
  get ended() {
    return !this.running || this.acknowledged >= this.most;
  }

  async start() {
    this.secret = await this.stack.secret();
    this.running = true;
    this.done = Promise.all(Array.from({ length: WORKERS }, () => this.work()));
  }
  async stop() {
    this.running = false;
    await this.done;
    this.throwIfLost();
  }
  throwIfLost() {
    if (this.lost.length === 0) return;
    throw new Error(`${this.lost.length} lost:\n${this.lost.slice(0, SHOWN).join('\n')}`);
  }

  async work() {
    const client = new ClusterClient(this.stack, this.secret, OWNER, ID_KEY);
    while (!this.ended) {
      const started = Date.now();
      try {
        await this.upload(client);
        if (this.random.below(ONE_READ_IN) === 0) await this.readBack(client);
        if (this.random.below(ONE_DELETED_IN) === 0) await this.remove(client);
      } catch {
        this.broken += 1;
        client.forget();
        await sleep(PAUSE_AFTER_FAILURE_MS);
      }
      await sleep(Math.max(0, this.pause_ms - (Date.now() - started)));
    }
    client.close();
  }

  async upload(client) {
    const number = await client.nextId();
    const large = this.random.below(ONE_IS_LARGE_IN) === 0;
    const size = 1 + this.random.below(large ? LARGE_BYTES : SMALL_BYTES);
    const { group, addresses } = await client.place(size);
    const request = wire.upload(keyOf(group, number), contentOf(number, size));
    for (const address of addresses) {
      const reply = await client.call(address, request).catch(() => null);
      if (reply?.status !== 0) continue;
      this.acknowledged += 1;
      this.there.add(group, number, size);
      return;
    }
    this.undecided.add(group, number, size);
    throw new Error(`${group}/${number} was not acknowledged`);
  }

  // An object of before, from every member that the trackers name: it may be refused for a while, but
  // never unknown and never other bytes.
  async readBack(client) {
    const object = this.there.pick(this.random);
    if (!object) return;
    const key = keyOf(object.group, object.number);
    const { addresses } = await client.locate(key);
    for (const address of addresses) {
      const connection = await client.connectionTo(address).catch(() => null);
      if (!connection) continue;
      const verdict = await judge(connection, key, contentOf(object.number, object.size));
      if (this.deleting.has(object.number)) return;
      if (verdict.state === 'whole') this.reads += 1;
      if (verdict.state === 'wrong' || isGone(verdict))
        this.lost.push(`${key.file} on ${address}: ${verdict.state} ${verdict.text ?? ''}`);
    }
  }

  async remove(client) {
    const object = this.there.take(this.random);
    if (!object) return;
    this.deleting.add(object.number);
    const key = keyOf(object.group, object.number);
    const { addresses } = await client.locate(key);
    const reply = await client.call(addresses[0], wire.remove(key));
    if (reply?.status === 0) this.deleted.add(object.group, object.number, object.size);
  }
}
