// How the pages look: accessible in light and dark, in both languages, down to the smallest phone.
// With YUNDISK_SCREENSHOTS=FOLDER their pictures are kept there.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { finish, launch, openPage } from './lib/browser.mjs';
import { makeFilm, makePicture } from './lib/media.mjs';
import { newUser, put, putMany } from './lib/people.mjs';
import { chooseInAccount, entry, openFiles, pickFiles, uploadsFinished } from './lib/steps.mjs';

const kPictures = process.env.YUNDISK_SCREENSHOTS;
if (kPictures) mkdirSync(kPictures, { recursive: true });

let browser;
let user;

before(async () => {
  browser = await launch();
  user = await newUser();
  await putMany(user, ['/Documents/a', '/Films/a', '/Photos/a', '/音乐/a'], 'x');
  await put(user, '/beach.png', readFileSync(makePicture('beach.png')));
  await put(user, '/lecture.mp4', readFileSync(makeFilm('lecture.mp4')));
  await put(user, '/notes.md', '# Notes\n\nThings to do\n'.repeat(40));
  await put(user, '/年度报告 2026.pdf', Buffer.alloc(182_000));
  await put(user, '/🎉 party plan.txt', '');
  await put(user, '/backup.tar.gz', Buffer.alloc(5_400_000));
  await put(user, `/${'a long name that goes on and on '.repeat(6)}.docx`, Buffer.alloc(54_000));
});
after(() => browser.close());

async function violations(page) {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() => window.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`);
}

// Looks at what is shown now.
async function look(page, name, { audited = true } = {}) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
  if (kPictures) await page.screenshot({ path: join(kPictures, `${name}.png`) });
  if (audited) assert.deepEqual(await violations(page), [], name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wider, false, `${name} scrolls sideways`);
}

async function close(page) {
  await page.keyboard.press('Escape');
  await page.locator('dialog, [popover]:popover-open').waitFor({ state: 'detached' });
}

async function lookAtEntrance(options, name) {
  const page = await openPage(browser, null, options);
  for (const address of ['sign-in', 'register']) {
    await page.goto(`/${address}`);
    await page.locator('#username').waitFor();
    await look(page, `${name}-${address}`);
  }
  await finish(page);
}

async function lookAtPreviews(page, name) {
  for (const [file, part] of [
    ['beach.png', 'img'],
    ['lecture.mp4', 'video'],
    ['notes.md', 'pre'],
    ['backup.tar.gz', '.emblem'],
  ]) {
    await page.goto(`/files/?show=${file}`);
    await page.locator(`dialog ${part}`).waitFor();
    await look(page, `${name}-preview-${file}`);
  }
}

async function lookAtDialogs(page, name) {
  await page.keyboard.press('ArrowDown');
  await look(page, `${name}-selected`);
  for (const [key, what] of [
    ['Delete', 'delete'],
    ['n', 'new-folder'],
    ['?', 'help'],
  ]) {
    await page.keyboard.press(key);
    await page.locator('dialog').waitFor();
    await look(page, `${name}-${what}`);
    await close(page);
  }
  await page.keyboard.press('Shift+F10');
  await look(page, `${name}-menu`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('F2');
  await look(page, `${name}-rename`);
  await page.keyboard.press('Escape');
}

async function lookAtUploads(page, name) {
  await pickFiles(page, [
    { name: 'notes.md', mimeType: '', buffer: Buffer.from('x') },
    { name: `${name}.txt`, mimeType: '', buffer: Buffer.from('x') },
  ]);
  await uploadsFinished(page);
  await look(page, `${name}-uploads`);
}

async function lookAtEverything(options, name) {
  await lookAtEntrance(options, name);
  const page = await openPage(browser, user, options);
  await openFiles(page);
  await look(page, `${name}-files`);
  await lookAtDialogs(page, name);
  await page.click('button[popovertarget=account]');
  await look(page, `${name}-account`);
  await page.keyboard.press('Escape');
  await lookAtUploads(page, name);
  await lookAtPreviews(page, name);
  await page.goto('/password');
  await page.locator('#current').waitFor();
  await look(page, `${name}-password`);
  await page.goto('/files/nowhere/');
  await page.locator('.message h2').waitFor();
  await look(page, `${name}-missing`);
  await finish(page);
}

test('every page is accessible in light', () => lookAtEverything({}, 'light'));

test('every page is accessible in dark', () => lookAtEverything({ colorScheme: 'dark' }, 'dark'));

test('every page fits a phone of 360 pixels', () =>
  lookAtEverything(
    { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
    'phone',
  ));

test('every page is there in Chinese', () => lookAtEverything({ locale: 'zh-CN' }, 'chinese'));

test('the browser chooses the language, the user may choose another, which stays', async () => {
  const page = await openPage(browser, user, { locale: 'zh-CN' });
  await openFiles(page);
  await page.getByRole('button', { name: '新建文件夹' }).waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  await chooseInAccount(page, '语言', 'en');
  await page.getByRole('button', { name: 'New folder' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'New folder' }).waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await finish(page);
});

test('dark is the system’s or the user’s choice, and is there from the first paint', async () => {
  const page = await openPage(browser, user, { colorScheme: 'light' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await openFiles(page);
  const light = await background();
  await chooseInAccount(page, 'Colours', 'dark');
  const dark = await background();
  assert.notEqual(dark, light);
  // Before any module of the page has run.
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.reload();
  assert.equal(await background(), dark);
  await page.unroute('**/assets/*.js');
  await openFiles(page);
  await chooseInAccount(page, 'Colours', 'system');
  assert.equal(await background(), light);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await background(), dark);
  await finish(page);
});

test('on a phone a tap opens, and boxes select', async () => {
  const options = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const page = await openPage(browser, user, options);
  await openFiles(page);
  await page.getByLabel('Select Films').tap();
  await page.getByLabel('Select Photos').tap();
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'Clear the selection' }).tap();
  await entry(page, 'Films').tap({ position: { x: 200, y: 30 } });
  await page.waitForURL('**/files/Films/');
  await finish(page);
});
