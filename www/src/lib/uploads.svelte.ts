// The queue of uploads: several at once, tried again after a lost connection, and asking before
// anything is replaced. It knows nothing of HTTP: a Send function (transport.ts) does the sending.

import { Problem } from './api';
import { joinPath, numberedName, parentOf } from './paths';
import type { Send } from './transport';

export type UploadState =
  | 'waiting'
  | 'sending'
  | 'saving' // every byte is sent; the server checks and syncs
  | 'conflict' // a file of this name is there; the user decides
  | 'failed'
  | 'done'
  | 'cancelled';

export type Decision = 'replace' | 'keep_both' | 'skip';

const kParallel = 4;
const kMaxAttempts = 5;
const kFirstPauseMs = 1000;
const kMaxKeepBothNumber = 1000;
// The speed is measured over about this time.
const kSpeedWindowMs = 8000;
// Less says nothing: the first bytes only fill the buffers of this device.
const kMinSpeedTimeMs = 1000;

// Trouble that may pass by itself.
const kPassing = new Set(['network', 'timeout', 'unavailable', 'too_few_replicas', 'unknown_node']);

export class Upload {
  path = $state('');
  state = $state<UploadState>('waiting');
  sent = $state(0);
  problem = $state.raw<Problem | null>(null);
  attempts = 0;
  replace = false;
  number = 1; // of the copy, when both are kept
  abort = new AbortController();

  constructor(
    path: string,
    readonly file: File,
  ) {
    this.path = path;
  }

  // An empty file is all there as soon as it is sent.
  get share(): number {
    if (this.state === 'done' || this.state === 'saving') return 1;
    return this.file.size === 0 ? 0 : this.sent / this.file.size;
  }
}

interface Options {
  send: Send;
  // Called when a file has arrived, with the folder it is in.
  onStored: (folder: string) => void;
  now?: () => number;
  pause?: (ms: number) => Promise<void>;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const noCounts = (): Record<UploadState, number> => ({
  waiting: 0,
  sending: 0,
  saving: 0,
  conflict: 0,
  failed: 0,
  done: 0,
  cancelled: 0,
});

export class UploadQueue {
  uploads = $state.raw<Upload[]>([]);
  counts = $state(noCounts());
  // Over all uploads that are not cancelled.
  bytesTotal = $state(0);
  bytesSent = $state(0);
  bytesPerSecond = $state(0);

  readonly active = $derived(this.counts.waiting + this.counts.sending + this.counts.saving);
  readonly unfinished = $derived(this.active + this.counts.conflict + this.counts.failed);

  #options: Required<Options>;
  #samples: { at: number; bytes: number }[] = [];
  // What every later conflict is answered with, once the user said "for all".
  #decision: Decision | null = null;
  #next = 0;

  constructor(options: Options) {
    this.#options = { now: () => performance.now(), pause: wait, ...options };
  }

  // Seconds to the end at the present speed; null when there is no saying.
  get secondsLeft(): number | null {
    if (this.bytesPerSecond <= 0 || this.active === 0) return null;
    return Math.max(0, this.bytesTotal - this.bytesSent) / this.bytesPerSecond;
  }

  add(items: { path: string; file: File }[]): void {
    if (this.unfinished === 0) this.clear();
    const added = items.map((item) => new Upload(item.path, item.file));
    this.uploads = [...this.uploads, ...added];
    this.counts.waiting += added.length;
    this.bytesTotal += added.reduce((sum, upload) => sum + upload.file.size, 0);
    this.#fill();
  }

  cancel(upload: Upload): void {
    this.#drop(upload);
    this.#fill();
  }

  cancelAll(): void {
    for (const upload of this.uploads) this.#drop(upload);
  }

  retry(upload: Upload): void {
    if (upload.state !== 'failed') return;
    this.#again(upload);
    this.#fill();
  }

  retryFailed(): void {
    for (const upload of this.uploads) if (upload.state === 'failed') this.#again(upload);
    this.#fill();
  }

  // Answers one conflict, or this and every later one.
  decide(upload: Upload, decision: Decision, forAll: boolean): void {
    if (forAll) this.#decision = decision;
    const asked = forAll ? this.uploads : [upload];
    for (const one of asked) if (one.state === 'conflict') this.#apply(one, decision);
    this.#fill();
  }

  // Forgets every upload; those under way are cancelled.
  clear(): void {
    this.cancelAll();
    this.uploads = [];
    this.counts = noCounts();
    this.bytesTotal = 0;
    this.bytesSent = 0;
    this.bytesPerSecond = 0;
    this.#samples = [];
    this.#decision = null;
    this.#next = 0;
  }

  #drop(upload: Upload): void {
    if (upload.state === 'done' || upload.state === 'cancelled') return;
    upload.abort.abort();
    this.bytesTotal -= upload.file.size;
    this.#setSent(upload, 0);
    this.#setState(upload, 'cancelled');
  }

  #fill(): void {
    while (this.counts.sending + this.counts.saving < kParallel) {
      const upload = this.#takeWaiting();
      if (!upload) return;
      void this.#run(upload);
    }
  }

  // The next waiting upload. Those before #next are under way or finished, so that thousands of
  // uploads are not searched from the start each time.
  #takeWaiting(): Upload | undefined {
    while (this.#next < this.uploads.length && this.uploads[this.#next]!.state !== 'waiting') {
      this.#next += 1;
    }
    return this.uploads[this.#next];
  }

  #again(upload: Upload): void {
    upload.attempts = 0;
    upload.problem = null;
    this.#setSent(upload, 0);
    this.#enqueue(upload);
  }

  #enqueue(upload: Upload): void {
    upload.abort = new AbortController();
    this.#setState(upload, 'waiting');
    this.#next = Math.min(this.#next, this.uploads.indexOf(upload));
  }

  async #run(upload: Upload): Promise<void> {
    const signal = upload.abort.signal;
    this.#setState(upload, 'sending');
    const onSent = (bytes: number) => {
      if (!signal.aborted) this.#onSent(upload, bytes);
    };
    try {
      const { path, file, replace } = upload;
      await this.#options.send({ path, file, replace }, onSent, signal);
      if (signal.aborted) return;
      this.#setSent(upload, upload.file.size);
      this.#setState(upload, 'done');
      this.#options.onStored(parentOf(upload.path));
    } catch (error) {
      if (signal.aborted) return;
      await this.#onTrouble(upload, error instanceof Problem ? error : new Problem('internal'));
    }
    this.#fill();
  }

  async #onTrouble(upload: Upload, problem: Problem): Promise<void> {
    this.#setSent(upload, 0);
    if (problem.code === 'precondition_failed' && !upload.replace) {
      this.#setState(upload, 'conflict');
      if (this.#decision) this.#apply(upload, this.#decision);
      return;
    }
    upload.problem = problem;
    upload.attempts += 1;
    if (!kPassing.has(problem.code) || upload.attempts >= kMaxAttempts) {
      this.#setState(upload, 'failed');
      return;
    }
    // The place among the uploads under way is kept, so that a dead server is not asked for every
    // waiting file in turn.
    this.#setState(upload, 'sending');
    const signal = upload.abort.signal;
    await this.#options.pause(kFirstPauseMs * 2 ** (upload.attempts - 1));
    if (!signal.aborted) this.#enqueue(upload);
  }

  #apply(upload: Upload, decision: Decision): void {
    if (decision === 'skip') {
      this.#drop(upload);
      return;
    }
    if (decision === 'replace') {
      upload.replace = true;
    } else if (upload.number >= kMaxKeepBothNumber) {
      upload.problem = new Problem('exists');
      this.#setState(upload, 'failed');
      return;
    } else {
      upload.number += 1;
      const name = numberedName(upload.file.name, upload.number);
      upload.path = joinPath(parentOf(upload.path), name);
    }
    this.#enqueue(upload);
  }

  #onSent(upload: Upload, bytes: number): void {
    this.#setSent(upload, Math.min(bytes, upload.file.size));
    if (upload.state === 'sending' && upload.sent >= upload.file.size) {
      this.#setState(upload, 'saving');
    }
    this.#measure();
  }

  #setSent(upload: Upload, bytes: number): void {
    this.bytesSent += bytes - upload.sent;
    upload.sent = bytes;
  }

  #setState(upload: Upload, state: UploadState): void {
    this.counts[upload.state] -= 1;
    this.counts[state] += 1;
    upload.state = state;
  }

  #measure(): void {
    const at = this.#options.now();
    this.#samples.push({ at, bytes: this.bytesSent });
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > kSpeedWindowMs) {
      this.#samples.shift();
    }
    const first = this.#samples[0]!;
    const elapsedMs = at - first.at;
    if (elapsedMs < kMinSpeedTimeMs) return;
    this.bytesPerSecond = (Math.max(0, this.bytesSent - first.bytes) * 1000) / elapsedMs;
  }
}
