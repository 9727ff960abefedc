// A folder as listed: the windows fetched so far, the selection and the scroll position. Listings
// are kept for the folders visited last, so that going back shows them at once; they are then
// fetched again behind what is shown.

import * as api from './api';
import { Selection } from './selection.svelte';

const kFirstWindow = 200;
const kWindow = 1000;
const kKeptListings = 50;

export class Listing {
  entries = $state.raw<api.Entry[]>([]);
  complete = $state(false);
  loaded = $state(false);
  problem = $state.raw<api.Problem | null>(null);
  scrollTop = 0;
  readonly selection = new Selection();
  readonly ids = $derived(this.entries.map((entry) => entry.id));

  #cursor: string | null = null;
  // Answers of an older refresh are dropped.
  #generation = 0;
  #fetching: Promise<void> | null = null;

  constructor(readonly path: string) {}

  find(id: string | null): api.Entry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  get selected(): api.Entry[] {
    return this.entries.filter((entry) => this.selection.has(entry.id));
  }

  // Fetches as many entries as are shown already (at least one window) and shows them all at once.
  async refresh(): Promise<void> {
    const generation = ++this.#generation;
    const wanted = this.entries.length;
    const entries: api.Entry[] = [];
    let cursor: string | null = null;
    try {
      do {
        const limit = wanted > kFirstWindow ? kWindow : kFirstWindow;
        const window: api.Listing = await api.listFolder(this.path, limit, cursor);
        if (generation !== this.#generation) return;
        entries.push(...window.entries);
        cursor = window.next_cursor;
      } while (cursor !== null && entries.length < wanted);
      this.#show(entries, cursor);
    } catch (error) {
      if (generation === this.#generation) this.problem = error as api.Problem;
    }
  }

  // Fetches the next window, if there is one; calls while one is under way wait for that one.
  more(): Promise<void> {
    this.#fetching ??= this.#fetchMore().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async all(): Promise<void> {
    while (this.loaded && !this.complete && !this.problem) await this.more();
  }

  // Shows `changed` in place of the entry with its id, until the next refresh puts it where it
  // belongs.
  replace(changed: api.Entry): void {
    this.entries = this.entries.map((entry) => (entry.id === changed.id ? changed : entry));
  }

  removeIds(ids: ReadonlySet<string>): void {
    this.#set(this.entries.filter((entry) => !ids.has(entry.id)));
  }

  async #fetchMore(): Promise<void> {
    if (this.complete || this.#cursor === null) return;
    const generation = this.#generation;
    try {
      const window = await api.listFolder(this.path, kWindow, this.#cursor);
      if (generation !== this.#generation) return;
      this.#show([...this.entries, ...window.entries], window.next_cursor);
    } catch (error) {
      if (generation === this.#generation) this.problem = error as api.Problem;
    }
  }

  #show(entries: api.Entry[], cursor: string | null): void {
    this.#cursor = cursor;
    this.complete = cursor === null;
    this.loaded = true;
    this.problem = null;
    this.#set(entries);
  }

  #set(entries: api.Entry[]): void {
    const before = this.ids;
    this.entries = entries;
    this.selection.keep(before, this.ids);
  }
}

const kept = new Map<string, Listing>();

// The listing of a folder; the same object as long as it is kept.
export function listingOf(path: string): Listing {
  const listing = kept.get(path) ?? new Listing(path);
  kept.delete(path);
  kept.set(path, listing);
  if (kept.size > kKeptListings) kept.delete(kept.keys().next().value!);
  return listing;
}

// For another user's turn at this page.
export function forgetListings(): void {
  kept.clear();
}
