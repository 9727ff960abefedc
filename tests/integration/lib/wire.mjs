// A client of the binary protocol in plain JavaScript, written from the protocol's description
// alone: that it works against the daemons shows that the description suffices. It shares nothing
// with common/protocol.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import net from 'node:net';

const HEADER_BYTES = 10;
const TIMEOUT_MS = 10_000;

export const Command = {
  hello: 1,
  prove: 2,
  join: 10,
  beat: 11,
  addresses: 12,
  groups: 13,
  place: 14,
  watch: 15,
  set_member: 16,
  report: 18,
  id: 40,
  ids: 41,
  upload: 70,
  size: 71,
  download: 72,
  remove: 73,
  adopt: 74,
  stat: 75,
  statistics: 76,
};
export const ReplyCode = { tracker: 100, id_server: 101, storage: 102 };
export const ErrorNumber = {
  bad_request: 1,
  not_found: 2,
  exists: 3,
  deleted: 4,
  out_of_range: 5,
  unavailable: 6,
  no_space: 7,
  too_few_replicas: 8,
  unauthenticated: 9,
  unknown_node: 10,
  internal: 11,
};
const FAILURE = 0xfd;

// A fixed-width string: NUL-padded, may fill the field.
export function fixed(text, width) {
  const bytes = Buffer.from(text);
  if (bytes.length > width) throw new RangeError(`${text}: over ${width} bytes`);
  return Buffer.concat([bytes, Buffer.alloc(width - bytes.length)]);
}

// A fixed-width string with room for a closing NUL ("N+1").
export const terminated = (text, width) => Buffer.concat([fixed(text, width), Buffer.alloc(1)]);

export function u16(value) {
  const b = Buffer.alloc(2);
  b.writeUInt16BE(value);
  return b;
}
export function u32(value) {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(value);
  return b;
}
export function u64(value) {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(value));
  return b;
}

export function header(length, command, status = 0) {
  return Buffer.concat([u64(length), Buffer.from([command, status])]);
}
export function message(command, ...parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([header(body.length, command), body]);
}

// { application, user, file } as commands 12 and 70 to 75 begin.
export function objectKey({ application, user, file }) {
  return Buffer.concat([fixed(application, 16), fixed(user, 256), fixed(file, 128)]);
}
export const upload = (key, content) =>
  message(Command.upload, objectKey(key), u64(content.length), content);
export const size = (key) => message(Command.size, objectKey(key));
export const download = (key, offset = 0, length = 0) =>
  message(Command.download, objectKey(key), u64(offset), u64(length));
export const remove = (key) => message(Command.remove, objectKey(key));
export const stat = (key) => message(Command.stat, objectKey(key));
export const addresses = (key) => message(Command.addresses, objectKey(key));
export const id = (key) => message(Command.id, Buffer.from(key), Buffer.alloc(1));
export const ids = (key, count) =>
  message(Command.ids, u32(count), Buffer.from(key), Buffer.alloc(1));
export const place = ({ application, user }, bytes, region) =>
  message(
    Command.place,
    fixed(application, 16),
    fixed(user, 256),
    u64(bytes),
    region === undefined ? Buffer.alloc(0) : terminated(region, 32),
  );

export const watch = (known, group = '') =>
  message(Command.watch, u64(known), terminated(group, 16));

export const MemberAction = { activate: 0, drain: 1, remove: 2 };
export const set_member = ({ group, host }, action) =>
  message(
    Command.set_member,
    terminated(group, 16),
    terminated(host, 128),
    Buffer.from([action]),
  );
export const report = ({ group, address }, outcome, calls) =>
  message(
    Command.report,
    terminated(group, 16),
    terminated(address, 64),
    Buffer.from([outcome]),
    u16(calls),
    u32(0),
  );

export function join({ version = '1', group, host, port, start = 0, join_time = 0 }) {
  return message(
    Command.join,
    terminated(version, 6),
    terminated(group, 16),
    terminated(host, 128),
    u16(port),
    u64(start),
    u64(join_time),
  );
}
export const beat = ({ group, host }) =>
  message(Command.beat, terminated(group, 16), terminated(host, 128));

// The text of a NUL-padded or NUL-terminated field.
export function text(bytes) {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

// One connection; replies come in the order of the requests, so they are matched by a queue.
export class WireConnection {
  // `address`: "host:port". With `secret` the connection is authenticated. `timeout_ms`: for this, and
  // for each reply later.
  static async open(address, secret, timeout_ms = TIMEOUT_MS) {
    const at = address.lastIndexOf(':');
    const socket = net.connect(
      Number(address.slice(at + 1)),
      address.slice(0, at).replace(/[[\]]/g, ''),
    );
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), timeout_ms);
    try {
      await new Promise((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', reject);
      });
      const connection = new WireConnection(socket, timeout_ms);
      if (secret) await connection.authenticate(secret);
      return connection;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  constructor(socket, timeout_ms = TIMEOUT_MS) {
    this.socket = socket;
    this.timeout_ms = timeout_ms;
    this.waiting = [];
    this.received = [];
    this.received_bytes = 0;
    this.closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.on('data', (piece) => this.take(piece));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { resolve } of this.waiting.splice(0)) resolve(null);
    });
  }

  async authenticate(secret) {
    const nonce = randomBytes(32);
    const hello = await this.call(message(Command.hello, nonce));
    if (hello?.status !== 0) throw new Error(`hello failed: ${hello?.error?.text}`);
    const server_nonce = hello.body.subarray(0, 32);
    const expected = proof(secret, 'server', nonce, server_nonce);
    if (!timingSafeEqual(expected, hello.body.subarray(32))) throw new Error('not our server');
    const proved = await this.call(
      message(Command.prove, proof(secret, 'client', nonce, server_nonce)),
    );
    if (proved?.status !== 0) throw new Error(`prove failed: ${proved?.error?.text}`);
  }

  // Sends whole messages and waits for the next reply: { command, status, body, error }, null when
  // the server closes instead. Throws when there is none in time; what comes later is of no use, so
  // the connection is closed.
  call(bytes) {
    this.send(bytes);
    return this.reply();
  }
  send(bytes) {
    this.socket.write(bytes);
  }

  reply() {
    if (this.socket.closed) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.close();
        reject(new Error('no reply in time'));
      }, this.timeout_ms);
      const done = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      this.waiting.push({ resolve: done });
      this.deliver();
    });
  }

  close() {
    this.socket.destroy();
  }

  take(piece) {
    this.received.push(piece);
    this.received_bytes += piece.length;
    this.deliver();
  }

  deliver() {
    while (this.waiting.length > 0 && this.received_bytes >= HEADER_BYTES) {
      const bytes = this.received.length > 1 ? Buffer.concat(this.received) : this.received[0];
      this.received = [bytes];
      const length = Number(bytes.readBigUInt64BE(0));
      if (bytes.length < HEADER_BYTES + length) return;
      const end = HEADER_BYTES + length;
      this.received = [bytes.subarray(end)];
      this.received_bytes = bytes.length - end;
      this.waiting.shift().resolve(reply(bytes[8], bytes[9], bytes.subarray(HEADER_BYTES, end)));
    }
  }
}

export function proof(secret, label, client_nonce, server_nonce) {
  return createHmac('sha256', secret)
    .update(label)
    .update(client_nonce)
    .update(server_nonce)
    .digest();
}

function reply(command, status, body) {
  const failed = status === FAILURE;
  const error = failed ? { number: body.readUInt16BE(0), text: text(body.subarray(2)) } : null;
  return { command, status, body, error };
}
