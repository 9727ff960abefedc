// Files going up: dropped, picked, many, odd, taken, lost on the way.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { drop, finish, kLanHost, launch, openPage } from './lib/browser.mjs';
import { inFolder } from './lib/media.mjs';
import { get, kSite, namesIn, newUser, put } from './lib/people.mjs';
import { entry, openFiles, pickFiles, signIn, uploadsFinished } from './lib/steps.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

// Makes files on this machine; returns their contents by name.
function makeFiles(folder, names) {
  mkdirSync(folder, { recursive: true });
  const contents = new Map(names.map((name, i) => [name, randomBytes(i * 1000)]));
  for (const [name, bytes] of contents) writeFileSync(join(folder, name), bytes);
  return contents;
}

const memoryFile = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: bytes });

test('fifty files dropped at once arrive whole, whatever their names, the empty one too', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  const odd = ['empty', '年度报告 2025.pdf', '🎉 party.txt', "it's 100% <b>&amp;.html", '#1?.md'];
  const plain = Array.from({ length: 44 }, (_, i) => `file ${i}.bin`);
  const contents = makeFiles(inFolder('fifty'), [...odd, ...plain, '文'.repeat(83) + '.txt']);
  await drop(page, [...contents.keys()].map((name) => inFolder(join('fifty', name))));
  assert.equal(await uploadsFinished(page), '50 files uploaded');
  assert.deepEqual((await namesIn(user, '/')).sort(), [...contents.keys()].sort());
  for (const [name, bytes] of contents) {
    assert.ok((await get(user, `/${name}`)).equals(bytes), name);
  }
  const [first] = await namesIn(user, '/');
  await entry(page, first).waitFor();
  await finish(page);
});

test('a dropped folder arrives with its tree, also over a folder of the list', async () => {
  const user = await newUser();
  await put(user, '/Target/there.txt', 'x');
  const page = await openPage(browser, user);
  await openFiles(page);
  const root = inFolder('Holiday');
  makeFiles(join(root, 'day 1'), ['a.jpg', 'b.jpg']);
  makeFiles(join(root, 'day 2', 'evening'), ['c.jpg']);
  mkdirSync(join(root, 'nothing yet'));
  const box = await entry(page, 'Target').boundingBox();
  await drop(page, [root], { x: box.x + 300, y: box.y + 10 });
  assert.equal(await uploadsFinished(page), '3 files uploaded');
  await page.goto('/files/Target/Holiday/');
  for (const name of ['day 1', 'day 2', 'nothing yet']) await entry(page, name).waitFor();
  assert.deepEqual(await namesIn(user, '/Target/Holiday/day 2/evening'), ['c.jpg']);
  assert.deepEqual(await namesIn(user, '/Target/Holiday/nothing yet'), []);
  await finish(page);
});

test('progress goes up step by step and ends with the server’s answer', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  const session = await page.context().newCDPSession(page);
  const speed = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 4_000_000 };
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', speed);
  const bytes = randomBytes(8_000_000);
  writeFileSync(inFolder('slow.bin'), bytes);
  await pickFiles(page, inFolder('slow.bin'));
  const shares = await page.evaluate(async () => {
    const seen = [];
    while (!document.querySelector('section.panel li.done')) {
      const bar = document.querySelector('section.panel .total progress');
      if (bar && bar.value !== seen.at(-1)) seen.push(bar.value);
      await new Promise(requestAnimationFrame);
    }
    return seen;
  });
  assert.ok(shares.filter((share) => share > 0 && share < 1).length >= 3, `${shares}`);
  assert.deepEqual(shares, shares.toSorted((a, b) => a - b));
  assert.ok((await get(user, '/slow.bin')).equals(bytes));
  await finish(page);
});

test('nothing is replaced without asking: replace, keep both, skip', async () => {
  const user = await newUser();
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await put(user, `/${name}`, 'old');
  const page = await openPage(browser, user);
  await openFiles(page);
  const fresh = ['a.txt', 'b.txt', 'c.txt'].map((name) => memoryFile(name, Buffer.from('new')));
  await pickFiles(page, fresh);
  assert.equal(await uploadsFinished(page), '3 files need your attention');
  for (const [name, choice] of [
    ['a.txt', 'Replace it'],
    ['b.txt', 'Keep both'],
    ['c.txt', 'Skip'],
  ]) {
    const row = page.locator('section.panel li', { hasText: name });
    await row.getByRole('button', { name: choice }).click();
  }
  await page.getByText('2 files uploaded').waitFor();
  const contents = {};
  for (const name of await namesIn(user, '/')) contents[name] = `${await get(user, `/${name}`)}`;
  assert.deepEqual(contents, {
    'a.txt': 'new',
    'b (2).txt': 'new',
    'b.txt': 'old',
    'c.txt': 'old',
  });
  await finish(page);
});

test('a large file of a taken name is asked about before its bytes are sent', async () => {
  const user = await newUser();
  await put(user, '/large.bin', 'old');
  const page = await openPage(browser, user);
  await openFiles(page);
  writeFileSync(inFolder('large.bin'), randomBytes(30_000_000));
  let uploads = 0;
  page.on('request', (request) => (uploads += request.method() === 'PUT' ? 1 : 0));
  await pickFiles(page, inFolder('large.bin'));
  assert.equal(await uploadsFinished(page), '1 file needs your attention');
  assert.equal(uploads, 0);
  await page.getByRole('button', { name: 'Replace it' }).click();
  await page.getByText('1 file uploaded').waitFor();
  assert.equal((await get(user, '/large.bin')).length, 30_000_000);
  await finish(page);
});

test('a connection that breaks is tried again', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  let breaks = 1;
  await page.route('**/api/v1/content/**', (route) =>
    breaks-- > 0 ? route.abort('connectionreset') : route.continue(),
  );
  await pickFiles(page, memoryFile('again.txt', Buffer.from('words')));
  assert.equal(await uploadsFinished(page), '1 file uploaded');
  assert.equal(`${await get(user, '/again.txt')}`, 'words');
  await finish(page);
});

test('a refused upload says why, and can be tried again', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  let refusing = true;
  await page.route('**/api/v1/content/**', (route) => {
    if (!refusing) return route.continue();
    const json = { type: 'about:blank', title: '', status: 507, detail: '', code: 'quota_exceeded' };
    return route.fulfill({ status: 507, json });
  });
  await pickFiles(page, memoryFile('big.bin', Buffer.from('words')));
  assert.equal(await uploadsFinished(page), '1 file needs your attention');
  await page.getByText('Your space is used up. Delete something first.').waitFor();
  refusing = false;
  await page.getByRole('button', { name: 'Try again: big.bin' }).click();
  await page.getByText('1 file uploaded').waitFor();
  await finish(page);
});

test('a cancelled upload leaves nothing', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 1_000_000,
  });
  writeFileSync(inFolder('cancelled.bin'), randomBytes(20_000_000));
  await pickFiles(page, inFolder('cancelled.bin'));
  await page.getByRole('button', { name: 'Cancel the upload of cancelled.bin' }).click();
  await page.getByText('Nothing was uploaded').waitFor();
  assert.deepEqual(await namesIn(user, '/'), []);
  await finish(page);
});

test('it works on a plain http address of a local network', async () => {
  const user = await newUser();
  const page = await openPage(browser, null);
  const site = new URL(kSite);
  site.hostname = kLanHost;
  await page.goto(site.href);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await signIn(page, user.username);
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await pickFiles(page, memoryFile('lan.txt', Buffer.from('words')));
  assert.equal(await uploadsFinished(page), '1 file uploaded');
  await entry(page, 'lan.txt').waitFor();
  await finish(page);
});
