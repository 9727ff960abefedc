// HTTP by hand over a socket, for requests no well-behaved client sends: wrong lengths, broken
// bodies, forbidden bytes, half requests.
import net from 'node:net';

const REPLY_TIMEOUT_MS = 15_000;

export class RawConnection {
  static open(url) {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port), hostname);
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new RawConnection(socket)));
      socket.once('error', reject);
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.received = Buffer.alloc(0);
    this.closed = false;
    this.wake = () => {};
    socket.on('data', (piece) => {
      this.received = Buffer.concat([this.received, piece]);
      this.wake();
    });
    const end = () => {
      this.closed = true;
      this.wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  // `bytes`: a Buffer, or text in which each character is one byte.
  send(bytes) {
    this.socket.write(bytes, 'latin1');
  }

  // Goes away like a pulled plug (RST), or politely after what was sent.
  vanish() {
    this.socket.resetAndDestroy();
  }
  close() {
    this.socket.destroy();
  }
  finish() {
    this.socket.end();
  }

  // The next reply, interim ones (100 Continue) left out: { status, headers, body }; null when the
  // server closed without one. `head`: the request was HEAD, so no body follows.
  async reply({ head = false, timeout_ms = REPLY_TIMEOUT_MS } = {}) {
    const deadline = Date.now() + timeout_ms;
    for (;;) {
      const parsed = parse(this.received, this.closed, head);
      if (parsed !== undefined) {
        this.received = this.received.subarray(parsed.size);
        if (parsed.status >= 200) return parsed;
      } else if (this.closed) {
        return null;
      } else {
        await this.more(deadline);
      }
    }
  }

  // Resolves when the server has closed the connection.
  async end({ timeout_ms = REPLY_TIMEOUT_MS } = {}) {
    const deadline = Date.now() + timeout_ms;
    while (!this.closed) await this.more(deadline);
  }

  more(deadline) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no reply in time')), deadline - Date.now());
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

// One request on a connection of its own.
export async function exchange(url, bytes, options) {
  const connection = await RawConnection.open(url);
  try {
    connection.send(bytes);
    return await connection.reply(options);
  } finally {
    connection.close();
  }
}

// undefined while the reply is not complete.
function parse(bytes, closed, head) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const lines = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(lines[0].split(' ')[1]);
  const headers = {};
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = bytes.subarray(end + 4);
  const none = head || status < 200 || status === 204 || status === 304;
  const body = none ? { content: rest.subarray(0, 0), size: 0 } : bodyOf(rest, headers, closed);
  return body && { status, headers, body: body.content, size: end + 4 + body.size };
}

function bodyOf(rest, headers, closed) {
  if (headers['transfer-encoding'] === 'chunked') return dechunk(rest);
  if ('content-length' in headers) {
    const size = Number(headers['content-length']);
    return rest.length >= size ? { content: rest.subarray(0, size), size } : undefined;
  }
  return closed ? { content: rest, size: rest.length } : undefined;
}

function dechunk(rest) {
  const parts = [];
  let at = 0;
  for (;;) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = parseInt(rest.toString('latin1', at, line), 16);
    const start = line + 2;
    if (rest.length < start + size + 2) return undefined;
    if (size === 0) return { content: Buffer.concat(parts), size: start + 2 };
    parts.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}
