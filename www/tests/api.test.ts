import { afterEach, describe, expect, it, vi } from 'vitest';

import * as api from '../src/lib/api';

let sent: { url: string; init: RequestInit }[] = [];

function serve(respond: () => Response | Promise<Response>) {
  sent = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return respond();
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  api.whenSignedOut(() => {});
});

describe('requests', () => {
  it('carry the header other sites cannot send, when they change something', async () => {
    serve(() => Response.json({}));
    await api.makeFolder('/a b');
    expect(sent[0]!.init.headers).toMatchObject({ 'X-Yundisk': '1' });
    expect(sent[0]!.init.body).toBe('{"path":"/a b","parents":false}');
    await api.entryAt('/a&b');
    expect(sent[1]!.url).toBe('/api/v1/entry?path=%2Fa%26b');
    expect(sent[1]!.init.headers).not.toHaveProperty('X-Yundisk');
  });

  it('delete a folder with what is in it, and a file alone', async () => {
    serve(() => new Response(null, { status: 204 }));
    const entry = { path: '/x y', kind: 'folder' } as api.Entry;
    await api.remove(entry);
    await api.remove({ ...entry, kind: 'file' });
    expect(sent.map(({ url }) => url)).toEqual([
      '/api/v1/content/x%20y?recursive=true',
      '/api/v1/content/x%20y',
    ]);
  });
});

describe('failures', () => {
  it('carry the server’s code and words', async () => {
    serve(() => Response.json({ code: 'exists', detail: 'It is there.' }, { status: 409 }));
    await expect(api.makeFolder('/a')).rejects.toMatchObject({
      code: 'exists',
      status: 409,
      detail: 'It is there.',
    });
  });

  it.each([
    [502, '<html>', 'unavailable'],
    [504, '', 'unavailable'],
    [507, '', 'no_space'],
    [404, '{}', 'not_found'],
    [500, 'null', 'internal'],
  ])('of status %d without a problem document become %s', (status, body, code) => {
    expect(api.problemOf(status, body).code).toBe(code);
  });

  it('of the network are told from slowness', async () => {
    serve(() => Promise.reject(new TypeError('failed')));
    await expect(api.me()).rejects.toMatchObject({ code: 'network' });
  });

  it('of the session are reported, but not those of signing in', async () => {
    const signedOut = vi.fn();
    api.whenSignedOut(signedOut);
    serve(() => Response.json({ code: 'unauthenticated' }, { status: 401 }));
    await expect(api.signIn({ username: 'a', password: 'b' })).rejects.toThrow();
    expect(signedOut).not.toHaveBeenCalled();
    await expect(api.listFolder('/', 1, null)).rejects.toThrow();
    expect(signedOut).toHaveBeenCalledOnce();
  });
});
