// A client of a whole cluster over the binary protocol: connections to whichever daemons are needed,
// made when needed, and the next daemon when one does not answer.
import {
  WireConnection,
  ids,
  addresses,
  message,
  place,
  text,
  Command,
} from '../../integration/lib/wire.mjs';

const IDS_AT_ONCE = 2000;
const PLACEMENT_MS = 2000; // how long a tracker's answer is good for
const ASKING_MS = 1000; // trackers and ID servers, of which another may be asked
const STORAGE_MS = 5000;
const ACTIVE = '2'; // of the states in the group list

export class ClusterClient {
  // `stack`: where the daemons are, now and later.
  constructor(stack, secret, owner, id_key) {
    this.stack = stack;
    this.secret = secret;
    this.owner = owner;
    this.id_key = id_key;
    this.connections = new Map();
    this.ids = [];
    this.asked_first = {};
  }

  async connectionTo(address, timeout_ms = STORAGE_MS) {
    let connection = this.connections.get(address);
    if (!connection || connection.socket.destroyed) {
      connection = await WireConnection.open(address, this.secret, timeout_ms);
      this.connections.set(address, connection);
    }
    return connection;
  }
  close() {
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
  }
  forget() {
    this.placement = undefined;
    this.close();
  }

  // A storage's answer: a success or a failure; null when the connection ended instead. Throws when
  // there is no connection, or no answer in time.
  async call(address, request) {
    return (await this.connectionTo(address)).call(request);
  }

  // The first success of a tracker, or of an ID server; the one that gave it is asked first next time.
  async ask(kind, request) {
    const names = Object.keys(this.stack[kind]);
    names.sort((a, b) => (b === this.asked_first[kind]) - (a === this.asked_first[kind]));
    for (const name of names) {
      const address = this.stack[kind][name];
      try {
        const reply = await (await this.connectionTo(address, ASKING_MS)).call(request);
        if (reply?.status === 0) {
          this.asked_first[kind] = name;
          return reply;
        }
      } catch {
        // The next one may live.
      }
      this.connections.get(address)?.close();
    }
    throw new Error(`none of ${names} answers`);
  }

  async nextId() {
    if (this.ids.length === 0) {
      const reply = await this.ask('id_servers', ids(this.id_key, IDS_AT_ONCE));
      const first = Number(reply.body.readBigUInt64BE(0));
      this.ids = Array.from({ length: reply.body.readUInt32BE(8) }, (_, i) => first + i).reverse();
    }
    return this.ids.pop();
  }

  // { group, addresses } for new content. As clients do: a tracker that is away for a moment stops
  // nobody who knows where to go.
  async place(bytes) {
    if (!this.placement || Date.now() - this.placed_at > PLACEMENT_MS) {
      const placed = await this.ask('trackers', place(this.owner, bytes)).catch((error) => {
        if (!this.placement) throw error;
      });
      if (placed) this.placement = locationIn(placed.body);
      this.placed_at = Date.now();
    }
    return this.placement;
  }

  async locate(key) {
    return locationIn((await this.ask('trackers', addresses(key))).body);
  }

  // group -> addresses; null while a storage is not active.
  async groups() {
    const { body } = await this.ask('trackers', message(Command.groups));
    const groups = new Map();
    let group = '';
    for (const line of text(body).trim().split('\n')) {
      const fields = line.split('\t');
      if (fields[0] === 'group') groups.set((group = fields[1]), []);
      if (fields[0] !== 'storage') continue;
      if (fields[7] !== ACTIVE) return null;
      groups.get(group).push(fields[3]);
    }
    return groups;
  }
}

const locationIn = (body) => ({
  group: text(body.subarray(0, 17)),
  addresses: text(body.subarray(17)).split(';').filter(Boolean),
});
