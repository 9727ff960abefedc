// Uploads, replacements and deletes under way while something is broken, and the record of what was
// promised: an answer of 2xx is a promise; no answer, or another one, leaves both states possible.
//
// Each path belongs to one worker, which has one request in flight. A path whose last outcome is
// unknown is not touched again: a request that got no answer may take effect at any later time.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { sha256 } from '../../integration/lib/disk.mjs';
import { until } from '../../integration/lib/process.mjs';

const SMALL_BYTES = 20_000;
const LARGE_BYTES = 300_000; // takes the spool
const PAUSE_AFTER_FAILURE_MS = 20;
const CHECKERS = 6;
const RESTART_MS = 5_000;
const GONE = 'no file';

export class Load {
  constructor(disk, random, { workers = 6 } = {}) {
    this.disk = disk;
    this.random = random;
    this.workers = workers;
    this.states = new Map(); // path -> possible contents: SHA-256 or GONE
    this.promised = 0;
    this.broken = 0;
    this.running = false;
  }

  start() {
    this.running = true;
    this.done = Promise.all(Array.from({ length: this.workers }, (_, i) => this.work(i)));
  }

  async stop() {
    this.running = false;
    await this.done;
  }

  async work(worker) {
    const usable = [];
    for (let count = 0; this.running; ++count) {
      const reuse = usable.length > 0 && this.random.below(4) === 0;
      const at = reuse ? this.random.below(usable.length) : usable.length;
      const path = reuse ? usable[at] : `/load/${worker}/${count >> 6}/${count}`;
      const kept = await this.change(path, reuse && this.random.below(3) === 0);
      if (kept && !reuse) usable.push(path);
      if (!kept && reuse) usable.splice(at, 1);
      if (!kept) await sleep(PAUSE_AFTER_FAILURE_MS);
    }
  }

  // True when the outcome is certain.
  async change(path, remove) {
    const content = randomBytes(
      this.random.below(this.random.below(8) === 0 ? LARGE_BYTES : SMALL_BYTES),
    );
    const wanted = remove ? GONE : sha256(content);
    const before = this.states.get(path) ?? [GONE];
    this.states.set(path, [...before, wanted]);
    const status = await this.send(path, remove, content);
    const promised = status >= 200 && status < 300;
    // A delete that finds nothing says what we knew already.
    const nothing = remove && status === 404 && before.every((state) => state === GONE);
    if (!promised && !nothing) {
      this.broken += 1;
      return false;
    }
    this.promised += 1;
    this.states.set(path, [wanted]);
    return true;
  }

  async send(path, remove, content) {
    try {
      return (await (remove ? this.disk.remove(path) : this.disk.put(path, content))).status;
    } catch {
      return 0;
    }
  }

  // What differs from the promises: a list of sentences, empty when all is well.
  async differences() {
    const queue = [...this.states];
    const found = [];
    await Promise.all(
      Array.from({ length: CHECKERS }, async () => {
        for (let item; (item = queue.pop()) !== undefined;) {
          const [path, possible] = item;
          const state = await this.stateOf(path);
          if (!possible.includes(state))
            found.push(`${path}: ${state}, promised ${possible.join(' or ')}`);
        }
      }),
    );
    return found;
  }

  // A program that is just being started again asks to come back later, which is what a client does.
  async stateOf(path) {
    const reply = await until(
      `${path} can be read`,
      async () => {
        const reply = await this.disk.get(path);
        return reply.status !== 502 && reply.status !== 503 && reply;
      },
      RESTART_MS,
    );
    if (reply.status === 404) return GONE;
    return reply.status === 200
      ? sha256(reply.body)
      : `${reply.status} ${reply.text.slice(0, 200)}`;
  }

  async check(when) {
    const found = await this.differences();
    assert.deepEqual(found.slice(0, 10), [], `${found.length} promises broken ${when}`);
  }
}
