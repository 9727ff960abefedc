// Uploads over the binary protocol while processes die, and the record of what was acknowledged. An
// upload that got no answer is forgotten: it may be there or not.
import { setTimeout as sleep } from 'node:timers/promises';

import { contentOf, judge, keyOf, OWNER, overConnections } from '../../fault/lib/objects.mjs';
import { until } from '../../integration/lib/process.mjs';
import * as wire from '../../integration/lib/wire.mjs';

const WORKERS = 8;
const IDS_AT_ONCE = 2000;
const PLACEMENT_MS = 2000; // how long a tracker's answer is good for
const ID_KEY = 'soak';
const SMALL_BYTES = 4000;
const LARGE_BYTES = 300_000; // a file of its own from 100 KiB on
const PAUSE_AFTER_FAILURE_MS = 20;
const IN_STEP_MS = 600_000;
const COMPARERS = 8;
const READ_BACK_CHANCES = 10;
const ACTIVE = '2'; // of the states in the group list

export class WireLoad {
  constructor(stack, random, { uploads_per_s }) {
    this.stack = stack;
    this.random = random;
    this.pause_ms = (WORKERS * 1000) / uploads_per_s;
    this.objects = new Map(); // group -> [number, size, number, size, ...], all acknowledged
    this.acknowledged = 0;
    this.broken = 0;
    this.lost = [];
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
    if (this.lost.length > 0) throw new Error(`lost: ${this.lost.slice(0, 10).join('\n')}`);
  }

  async work() {
    const client = new Client(this.stack, this.secret);
    while (this.running) {
      const started = Date.now();
      const done = await this.upload(client).catch(() => false);
      if (!done) {
        this.broken += 1;
        client.forget();
        await sleep(PAUSE_AFTER_FAILURE_MS);
      } else if (this.random.below(READ_BACK_CHANCES) === 0) {
        await this.readBack(client).catch(() => client.close());
      }
      await sleep(Math.max(0, this.pause_ms - (Date.now() - started)));
    }
    client.close();
  }

  async upload(client) {
    const number = await client.nextId();
    const large = this.random.below(200) === 0;
    const size = 1 + this.random.below(large ? LARGE_BYTES : SMALL_BYTES);
    const { group, addresses } = await client.place(size);
    const key = keyOf(group, number);
    for (const address of addresses) {
      const reply = await client.call(address, wire.upload(key, contentOf(number, size)));
      if (reply?.status !== 0) continue;
      this.acknowledged += 1;
      if (!this.objects.has(group)) this.objects.set(group, []);
      this.objects.get(group).push(number, size);
      return true;
    }
    return false;
  }

  // An object of before, from whichever member answers: it may be refused for a while, but never
  // unknown and never other bytes.
  async readBack(client) {
    const [group, numbers] = this.random.pick([...this.objects]);
    const at = 2 * this.random.below(numbers.length / 2);
    const key = keyOf(group, numbers[at]);
    const { addresses } = await client.locate(key);
    for (const address of addresses) {
      const connection = await client.connection(address);
      const content = contentOf(numbers[at], numbers[at + 1]);
      const { state, number, text } = await judge(connection, key, content);
      if (state === 'cut') client.close();
      const unknown = state === 'refused' && number === wire.ErrorNumber.not_found;
      if (state === 'wrong' || unknown) this.lost.push(`${key.file} on ${address}: ${state} ${text}`);
    }
  }

  // Everything acknowledged, from every member of its group.
  async compare(when) {
    const groups = await this.membersInStep();
    const lost = [];
    for (const [group, numbers] of this.objects)
      for (const address of groups.get(group) ?? [])
        await this.compareMember(group, numbers, address, lost);
    if (lost.length > 0)
      throw new Error(`${lost.length} objects lost ${when}:\n${lost.slice(0, 20).join('\n')}`);
    const members = [...groups].map(([group, addresses]) => `${group}: ${addresses.length}`);
    console.log(`compared ${when}: ${this.acknowledged} objects on the members of groups ${members}`);
  }

  async compareMember(group, numbers, address, lost) {
    const indexes = Array.from({ length: numbers.length / 2 }, (_, i) => 2 * i);
    const open = () => wire.WireConnection.open(address, this.secret);
    const deadline = Date.now() + IN_STEP_MS;
    await overConnections(indexes, open, async (at, connection) => {
      const key = keyOf(group, numbers[at]);
      const content = contentOf(numbers[at], numbers[at + 1]);
      let verdict = await judge(connection, key, content);
      // A member that still catches up says so.
      while (verdict.number === wire.ErrorNumber.unavailable && Date.now() < deadline) {
        await sleep(200);
        verdict = await judge(connection, key, content);
      }
      if (verdict.state !== 'whole') lost.push(`${key.file} on ${address}: ${verdict.state} ${verdict.text}`);
      return verdict.state !== 'cut';
    }, COMPARERS);
  }

  // group -> addresses, once every member that the tracker knows is active.
  async membersInStep() {
    let groups;
    await until('every storage is active', async () => {
      const client = new Client(this.stack, this.secret);
      try {
        groups = await client.groups();
        return groups !== null;
      } catch {
        return false;
      } finally {
        client.close();
      }
    }, IN_STEP_MS);
    return groups;
  }
}

// Connections to whichever daemons are needed, made when needed.
class Client {
  constructor(stack, secret) {
    this.trackers = addressesOf(stack.tracker);
    this.id_servers = addressesOf(stack.id_server);
    this.secret = secret;
    this.connections = new Map();
    this.ids = [];
  }

  async connection(address) {
    if (!this.connections.has(address))
      this.connections.set(address, await wire.WireConnection.open(address, this.secret));
    return this.connections.get(address);
  }
  close() {
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
  }

  // A success or a failure; null when the connection ended instead.
  async call(address, message) {
    return (await this.connection(address)).call(message);
  }
  // The first of several that answers with success.
  async callAny(addresses, message) {
    for (const address of addresses) {
      try {
        const reply = await this.call(address, message);
        if (reply?.status === 0) return reply;
      } catch {
        // The next one may live.
      }
      this.connections.get(address)?.close();
      this.connections.delete(address);
    }
    throw new Error(`none of ${addresses} answers`);
  }

  async nextId() {
    if (this.ids.length === 0) {
      const reply = await this.callAny(this.id_servers, wire.ids(ID_KEY, IDS_AT_ONCE));
      const first = Number(reply.body.readBigUInt64BE(0));
      this.ids = Array.from({ length: reply.body.readUInt32BE(8) }, (_, i) => first + i).reverse();
    }
    return this.ids.pop();
  }

  // As clients do: a tracker that is away for a moment stops nobody who knows where to go.
  async place(bytes) {
    if (!this.placement || Date.now() - this.placed_at > PLACEMENT_MS) {
      const placed = await this.callAny(this.trackers, wire.place(OWNER, bytes)).catch((error) => {
        if (!this.placement) throw error;
      });
      if (placed) this.placement = placementIn(placed.body);
      this.placed_at = Date.now();
    }
    return this.placement;
  }
  forget() {
    this.placement = undefined;
    this.close();
  }
  async locate(key) {
    const { body } = await this.callAny(this.trackers, wire.addresses(key));
    return { addresses: listOf(body.subarray(17)) };
  }

  // group -> addresses; null while a storage is not active.
  async groups() {
    const { body } = await this.callAny(this.trackers, wire.message(wire.Command.groups));
    const groups = new Map();
    let group = '';
    for (const line of wire.text(body).trim().split('\n')) {
      const fields = line.split('\t');
      if (fields[0] === 'group') groups.set((group = fields[1]), []);
      if (fields[0] !== 'storage') continue;
      if (fields[7] !== ACTIVE) return null;
      groups.get(group).push(fields[3]);
    }
    return groups;
  }
}

const placementIn = (body) => ({
  group: wire.text(body.subarray(0, 17)),
  addresses: listOf(body.subarray(17)),
});
const addressesOf = (text) => text.split(/[,; ]+/).filter(Boolean);
const listOf = (body) => wire.text(body).split(';').filter(Boolean);
