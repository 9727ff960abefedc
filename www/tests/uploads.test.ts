import { beforeEach, describe, expect, it } from 'vitest';

import { Problem, type Entry } from '../src/lib/api';
import type { Parcel } from '../src/lib/transport';
import { UploadQueue } from '../src/lib/uploads.svelte';

// A server that answers when the test says so.
class Sending {
  aborted = false;
  resolve!: () => void;
  reject!: (problem: Problem) => void;
  done: Promise<Entry>;

  constructor(
    readonly parcel: Parcel,
    readonly onSent: (bytes: number) => void,
    signal: AbortSignal,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = () => resolve({} as Entry);
      this.reject = reject;
    });
    signal.addEventListener('abort', () => {
      this.aborted = true;
      this.reject(new Problem('timeout'));
    });
  }
}

let sendings: Sending[];
let pauses: number[];
let stored: string[];
let nowMs: number;
let queue: UploadQueue;

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

const item = (name: string, size = 10) => ({
  path: `/${name}`,
  file: new File([new Uint8Array(size)], name.split('/').at(-1)!),
});

const items = (count: number) => Array.from({ length: count }, (_, i) => item(`f${i}`));

const sending = (name: string) => sendings.findLast((one) => one.parcel.path === `/${name}`)!;

beforeEach(() => {
  sendings = [];
  pauses = [];
  stored = [];
  nowMs = 0;
  queue = new UploadQueue({
    send: (parcel, onSent, signal) => {
      const one = new Sending(parcel, onSent, signal);
      sendings.push(one);
      return one.done;
    },
    onStored: (folder) => stored.push(folder),
    now: () => nowMs,
    pause: async (ms) => void pauses.push(ms),
  });
});

describe('sending', () => {
  it('runs four at once, in order, and goes on when one is done', async () => {
    queue.add(items(6));
    expect(sendings.map((one) => one.parcel.path)).toEqual(['/f0', '/f1', '/f2', '/f3']);
    sendings[1]!.resolve();
    await settle();
    expect(sendings.at(-1)!.parcel.path).toBe('/f4');
    for (const one of sendings) one.resolve();
    await settle();
    sending('f5').resolve();
    await settle();
    expect(queue.counts.done).toBe(6);
    expect(queue.active).toBe(0);
    expect(stored).toHaveLength(6);
  });

  it('names the folder a file arrived in', async () => {
    queue.add([item('a/b/c.txt')]);
    sendings[0]!.resolve();
    await settle();
    expect(stored).toEqual(['/a/b']);
  });

  it('adds to what is under way, and starts anew after everything is finished', async () => {
    queue.add([item('a')]);
    queue.add([item('b')]);
    expect(queue.uploads).toHaveLength(2);
    for (const one of sendings) one.resolve();
    await settle();
    queue.add([item('c')]);
    expect(queue.uploads).toHaveLength(1);
    expect(queue.bytesTotal).toBe(10);
  });
});

describe('progress', () => {
  it('counts bytes really sent, and is done only when the server answered', async () => {
    queue.add([item('a', 100), item('b', 300)]);
    const [upload] = queue.uploads;
    sending('a').onSent(50);
    expect(queue.bytesSent).toBe(50);
    expect(upload!.share).toBe(0.5);
    sending('a').onSent(100);
    expect(upload!.state).toBe('saving');
    sending('a').resolve();
    await settle();
    expect(upload!.state).toBe('done');
    expect(queue.bytesTotal).toBe(400);
  });

  it('never counts more than the file', () => {
    queue.add([item('a', 100)]);
    sending('a').onSent(120);
    expect(queue.bytesSent).toBe(100);
  });

  it('is done with an empty file too', async () => {
    queue.add([item('empty', 0)]);
    expect(queue.uploads[0]!.share).toBe(0);
    sending('empty').resolve();
    await settle();
    expect(queue.uploads[0]!.share).toBe(1);
  });

  it('tells the speed and the time left from the last seconds', () => {
    queue.add([item('a', 1000)]);
    sending('a').onSent(0);
    expect(queue.secondsLeft).toBeNull();
    nowMs = 2000;
    sending('a').onSent(200);
    expect(queue.bytesPerSecond).toBe(100);
    expect(queue.secondsLeft).toBe(8);
  });
});

describe('trouble', () => {
  it('tries again after longer and longer pauses, then says why it failed', async () => {
    queue.add([item('a')]);
    for (let i = 0; i < 5; i += 1) {
      sendings.at(-1)!.reject(new Problem('network'));
      await settle();
    }
    expect(sendings).toHaveLength(5);
    expect(pauses).toEqual([1000, 2000, 4000, 8000]);
    expect(queue.uploads[0]!.state).toBe('failed');
    expect(queue.uploads[0]!.problem!.code).toBe('network');
    expect(queue.bytesSent).toBe(0);
  });

  it('does not try again what cannot get better', async () => {
    queue.add([item('a'), item('b')]);
    sending('a').reject(new Problem('quota_exceeded', 507));
    sending('b').reject(new Problem('unreadable'));
    await settle();
    expect(queue.counts.failed).toBe(2);
    expect(sendings).toHaveLength(2);
  });

  it('tries again when asked, one or all', async () => {
    queue.add([item('a'), item('b')]);
    sending('a').reject(new Problem('forbidden', 403));
    sending('b').reject(new Problem('forbidden', 403));
    await settle();
    queue.retry(queue.uploads[0]!);
    expect(queue.counts).toMatchObject({ sending: 1, failed: 1 });
    queue.retryFailed();
    expect(queue.counts).toMatchObject({ sending: 2, failed: 0 });
    sending('a').resolve();
    sending('b').resolve();
    await settle();
    expect(queue.counts.done).toBe(2);
  });

  it('keeps going with the others', async () => {
    queue.add(items(5));
    sendings[0]!.reject(new Problem('too_large', 413));
    await settle();
    expect(sendings.at(-1)!.parcel.path).toBe('/f4');
  });
});

describe('cancelling', () => {
  it('stops the sending and takes its bytes out of the total', async () => {
    queue.add([item('a', 100), item('b', 100)]);
    sending('a').onSent(40);
    queue.cancel(queue.uploads[0]!);
    expect(sending('a').aborted).toBe(true);
    expect(queue.bytesTotal).toBe(100);
    expect(queue.bytesSent).toBe(0);
    await settle();
    expect(queue.uploads[0]!.state).toBe('cancelled');
    expect(queue.counts).toMatchObject({ cancelled: 1, sending: 1, failed: 0 });
  });

  it('all starts none of those that waited', async () => {
    queue.add(items(20));
    queue.cancelAll();
    await settle();
    expect(sendings).toHaveLength(4);
    expect(queue.counts.cancelled).toBe(20);
    expect(queue.bytesTotal).toBe(0);
  });

  it('ends a pause before the next attempt', async () => {
    let wake = () => {};
    queue = new UploadQueue({
      send: () => Promise.reject(new Problem('network')),
      onStored: () => {},
      pause: () => new Promise((resolve) => (wake = resolve)),
    });
    queue.add([item('a')]);
    await settle();
    queue.cancel(queue.uploads[0]!);
    wake();
    await settle();
    expect(queue.uploads[0]!.state).toBe('cancelled');
    expect(queue.counts.sending).toBe(0);
  });
});

describe('a file of the same name', () => {
  const taken = new Problem('precondition_failed', 412);

  it('is never replaced without asking', async () => {
    queue.add([item('a')]);
    expect(sendings[0]!.parcel.replace).toBe(false);
    sendings[0]!.reject(taken);
    await settle();
    expect(queue.uploads[0]!.state).toBe('conflict');
    queue.decide(queue.uploads[0]!, 'replace', false);
    expect(sendings.at(-1)!.parcel.replace).toBe(true);
  });

  it('can be kept beside the new one, under the next free number', async () => {
    queue.add([item('a/b.txt')]);
    sendings[0]!.reject(taken);
    await settle();
    queue.decide(queue.uploads[0]!, 'keep_both', true);
    expect(sendings.at(-1)!.parcel.path).toBe('/a/b (2).txt');
    sendings.at(-1)!.reject(taken);
    await settle();
    expect(sendings.at(-1)!.parcel.path).toBe('/a/b (3).txt');
  });

  it('can be skipped, for all at once and for those to come', async () => {
    queue.add(items(6));
    sendings[0]!.reject(taken);
    sendings[1]!.reject(taken);
    await settle();
    expect(queue.counts.conflict).toBe(2);
    queue.decide(queue.uploads[0]!, 'skip', true);
    expect(queue.counts.cancelled).toBe(2);
    sendings[2]!.reject(taken);
    await settle();
    expect(queue.counts).toMatchObject({ cancelled: 3, conflict: 0 });
  });
});
