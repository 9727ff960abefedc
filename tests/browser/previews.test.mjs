// Looking at files: pictures, films, sounds, text; the desktop player; downloads.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { finish, launch, launchWithPlayer, openPage, openPageIn } from './lib/browser.mjs';
import { kFilmSeconds, makeFilm, makePicture, makeSound } from './lib/media.mjs';
import { kSite, newUser, put } from './lib/people.mjs';
import { entry, openFiles } from './lib/steps.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const film = readFileSync(makeFilm('film.mp4'));

const open = (page, name) => entry(page, name).getByRole('link').click();

test('a picture is shown; arrows go to the neighbours, Back and Escape leave', async () => {
  const user = await newUser();
  const picture = readFileSync(makePicture('p.png'));
  for (const name of ['one.png', 'two.png']) await put(user, `/${name}`, picture);
  const page = await openPage(browser, user);
  await openFiles(page);
  await open(page, 'one.png');
  const width = () => page.getByRole('img', { name: 'two.png' }).evaluate((img) => img.naturalWidth);
  await page.getByRole('img', { name: 'one.png' }).waitFor();
  await page.keyboard.press('ArrowRight');
  const shown = page.getByRole('img', { name: 'two.png' });
  await shown.evaluate((img) => img.complete || new Promise((done) => (img.onload = done)));
  assert.equal(await width(), 640);
  await page.goBack();
  await shown.waitFor({ state: 'detached' });
  await page.goto('/files/?show=one.png');
  await page.getByRole('img', { name: 'one.png' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/files/');
  await finish(page);
});

// The colour in the middle of the film now.
const colourOf = (video) =>
  video.evaluate((element) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const paper = canvas.getContext('2d');
    paper.drawImage(element, 0, 0, 1, 1);
    const [red, , blue] = paper.getImageData(0, 0, 1, 1).data;
    return red > 150 && blue < 80 ? 'red' : blue > 150 && red < 80 ? 'blue' : `${red} ${blue}`;
  });

const seek = (video, seconds) =>
  video.evaluate(
    (element, to) =>
      new Promise((done) => {
        element.addEventListener('seeked', done, { once: true });
        element.currentTime = to;
      }),
    seconds,
  );

test('a film plays and seeks both ways', async () => {
  const user = await newUser();
  await put(user, '/film.mp4', film);
  const page = await openPage(browser, user);
  await openFiles(page);
  await open(page, 'film.mp4');
  const video = page.locator('video');
  await video.evaluate(
    (element) => new Promise((done) => element.addEventListener('timeupdate', done)),
  );
  assert.equal(Math.round(await video.evaluate((element) => element.duration)), kFilmSeconds);
  await seek(video, kFilmSeconds * 0.8);
  assert.equal(await colourOf(video), 'blue');
  await seek(video, kFilmSeconds * 0.2);
  assert.equal(await colourOf(video), 'red');
  await finish(page);
});

test('a sound plays', async () => {
  const user = await newUser();
  await put(user, '/tone.mp3', readFileSync(makeSound('tone.mp3')));
  const page = await openPage(browser, user);
  await openFiles(page);
  await open(page, 'tone.mp3');
  await page
    .locator('audio')
    .evaluate((element) => new Promise((done) => element.addEventListener('timeupdate', done)));
  await finish(page);
});

test('text is shown as text, a long one cut with a word about it', async () => {
  const user = await newUser();
  await put(user, '/notes.md', '# 标题\n<script>alert(1)</script>');
  await put(user, '/empty.txt', '');
  await put(user, '/long.txt', 'line\n'.repeat(100_000));
  const page = await openPage(browser, user);
  await openFiles(page);
  await open(page, 'notes.md');
  assert.equal(await page.locator('pre').innerText(), '# 标题\n<script>alert(1)</script>');
  await page.keyboard.press('Escape');
  await open(page, 'empty.txt');
  await page.getByText('This file is empty.').waitFor();
  await page.keyboard.press('Escape');
  await open(page, 'long.txt');
  await page.getByText('Download the file to read all of it.').waitFor();
  await finish(page);
});

test('a download is the file, byte by byte, under its name', async () => {
  const user = await newUser();
  const bytes = randomBytes(3_000_000);
  await put(user, '/资料 📦.bin', bytes);
  const page = await openPage(browser, user, { acceptDownloads: true });
  await openFiles(page);
  await entry(page, '资料 📦.bin').getByRole('button').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), '资料 📦.bin');
  assert.ok(readFileSync(await download.path()).equals(bytes));
  await finish(page);
});

test('the desktop player gets a link that plays without signing in; there are other ways', async (t) => {
  const user = await newUser();
  await put(user, '/My film.mp4', film);
  const context = await launchWithPlayer();
  t.after(() => context.close());
  const page = await openPageIn(context, user);
  await openFiles(page);
  await open(page, 'My film.mp4');
  await page.getByRole('button', { name: 'Open in player' }).click();
  const href = await page.getByRole('link', { name: 'Open in player' }).getAttribute('href');
  const link = new URL(href);
  assert.equal(link.protocol, 'yundisk:');
  assert.equal(link.searchParams.get('title'), 'My film.mp4');
  assert.equal(link.searchParams.get('server'), new URL(kSite).origin);
  const range = await fetch(link.searchParams.get('url'), { headers: { Range: 'bytes=10-19' } });
  assert.equal(range.status, 206);
  assert.ok(Buffer.from(await range.arrayBuffer()).equals(film.subarray(10, 20)));

  const [playlist] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'a playlist for VLC and others' }).click(),
  ]);
  const lines = readFileSync(await playlist.path(), 'utf8').split('\n');
  const [address] = lines.filter((line) => line.startsWith('http'));
  assert.equal((await fetch(address, { method: 'HEAD' })).status, 200);

  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.getByText('The link is copied.').waitFor();
  await finish(page);
});
