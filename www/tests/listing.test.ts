import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Entry } from '../src/lib/api';
import { forgetListings, Listing, listingOf } from '../src/lib/listing.svelte';

// A folder of numbered entries behind the API; the cursor is the number to go on with.
let names: string[];
let requests: URLSearchParams[];
let failing: boolean;

const entryOf = (name: string): Entry => ({
  id: name,
  path: `/${name}`,
  name,
  kind: 'file',
  size: 0,
  type: null,
  etag: '""',
  created_at: '',
  modified_at: '',
});

async function answer(url: string): Promise<Response> {
  const query = new URL(url, 'http://disk.example').searchParams;
  requests.push(query);
  if (failing) return new Response('{"code":"unavailable"}', { status: 503 });
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit'));
  const next_cursor = to < names.length ? String(to) : null;
  return Response.json({ path: '/', entries: names.slice(from, to).map(entryOf), next_cursor });
}

beforeEach(() => {
  names = Array.from({ length: 2500 }, (_, i) => `n${i}`);
  requests = [];
  failing = false;
  vi.stubGlobal('fetch', answer);
});

afterEach(() => {
  vi.unstubAllGlobals();
  forgetListings();
});

describe('Listing', () => {
  it('fetches windows one after the other until the end', async () => {
    const listing = new Listing('/');
    await listing.refresh();
    expect(listing.entries).toHaveLength(200);
    expect(listing.complete).toBe(false);
    await Promise.all([listing.more(), listing.more()]);
    expect(listing.entries).toHaveLength(1200);
    await listing.all();
    expect(listing.ids).toEqual(names);
    expect(listing.complete).toBe(true);
    expect(requests.map((query) => query.get('cursor'))).toEqual([null, '200', '1200', '2200']);
  });

  it('shows as much as before when it is fetched again', async () => {
    const listing = new Listing('/');
    await listing.refresh();
    await listing.more();
    names.splice(5, 1);
    await listing.refresh();
    expect(listing.entries.length).toBeGreaterThanOrEqual(1200);
    expect(listing.ids).not.toContain('n5');
  });

  it('keeps the selection, and what is shown when fetching fails', async () => {
    const listing = new Listing('/');
    await listing.refresh();
    listing.selection.only('n7');
    failing = true;
    await listing.refresh();
    expect(listing.problem!.code).toBe('unavailable');
    expect(listing.entries).toHaveLength(200);
    failing = false;
    await listing.refresh();
    expect(listing.problem).toBeNull();
    expect(listing.selected.map((entry) => entry.name)).toEqual(['n7']);
  });

  it('drops the answer of an older refresh', async () => {
    const listing = new Listing('/');
    const older = listing.refresh();
    names = ['new'];
    await Promise.all([listing.refresh(), older]);
    expect(listing.ids).toEqual(['new']);
  });

  it('takes deleted entries out at once', async () => {
    const listing = new Listing('/');
    await listing.refresh();
    listing.removeIds(new Set(['n0', 'n1']));
    expect(listing.ids[0]).toBe('n2');
  });
});

describe('listingOf', () => {
  it('gives the same listing until it is forgotten', () => {
    const listing = listingOf('/a');
    expect(listingOf('/a')).toBe(listing);
    for (let i = 0; i < 60; i += 1) listingOf(`/${i}`);
    expect(listingOf('/a')).not.toBe(listing);
  });
});
