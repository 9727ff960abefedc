// A plain HTTP/1.1 client over node:http. The target goes out as given: no normalising of "..",
// no decoding, so what a test sends is what the server sees.
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const MAX_CONNECTIONS = 8;
const IDLE_TIMEOUT_MS = 60_000;

const agent = new http.Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });

// Sends one request and reads the whole reply: { status, headers, body, text, json }.
// `body` is a Buffer, a string or a stream; a stream without Content-Length goes out chunked.
// `sink`, a writable stream, takes the reply's body instead of memory. `from`: the client's
// address, for servers that judge by it (all of 127.0.0.0/8 is this machine).
export async function request(
  url,
  { method = 'GET', target, headers = {}, body, sink, from } = {},
) {
  const { hostname, port } = new URL(url);
  const sending = http.request({
    hostname,
    port,
    method,
    path: target,
    agent,
    localAddress: from,
    timeout: IDLE_TIMEOUT_MS,
    headers: withLength(headers, body),
  });
  sending.on('timeout', () => sending.destroy(new Error(`${method} ${target}: no progress`)));
  const reply = await exchange(sending, body);
  if (sink) {
    await pipeline(reply, sink);
    return { status: reply.statusCode, headers: reply.headers };
  }
  return new Reply(reply.statusCode, reply.headers, Buffer.concat(await reply.toArray()));
}

class Reply {
  constructor(status, headers, body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
  get text() {
    return this.body.toString('utf8');
  }
  get json() {
    return JSON.parse(this.text);
  }
}

function withLength(headers, body) {
  if (body === undefined || body instanceof Readable) return headers;
  return { 'content-length': Buffer.byteLength(body), ...headers };
}

function exchange(sending, body) {
  return new Promise((resolve, reject) => {
    sending.on('response', resolve);
    sending.on('error', reject);
    // An early refusal breaks the sending off; the reply has arrived by then and counts.
    if (body instanceof Readable) pipeline(body, sending).catch(reject);
    else sending.end(body);
  });
}
