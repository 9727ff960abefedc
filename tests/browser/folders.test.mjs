// Folders and lists: making, going about, renaming, deleting, big folders.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { finish, launch, openPage } from './lib/browser.mjs';
import { get, namesIn, newUser, put, putMany } from './lib/people.mjs';
import { entry, makeFolder, names, openFiles } from './lib/steps.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('folders are made and have addresses; Back and the way up work', async () => {
  const page = await openPage(browser, await newUser());
  await openFiles(page);
  await makeFolder(page, 'Films & more?');
  await entry(page, 'Films & more?').getByRole('link').click();
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await makeFolder(page, '2024 年');
  await entry(page, '2024 年').dblclick({ position: { x: 300, y: 10 } });
  await page.waitForURL('**/files/Films%20%26%20more%3F/2024%20%E5%B9%B4/');
  await page.reload();
  await page.getByRole('link', { name: '2024 年' }).waitFor();
  await page.goBack();
  await entry(page, '2024 年').waitFor();
  await page.getByRole('link', { name: 'My files' }).click();
  await entry(page, 'Films & more?').waitFor();
  await finish(page);
});

test('a name that is taken or not allowed is refused with a reason', async () => {
  const page = await openPage(browser, await newUser());
  await openFiles(page);
  await makeFolder(page, 'Once');
  await page.keyboard.press('n');
  for (const [name, reason] of [
    ['Once', 'There is something named “Once” here already'],
    ['a/b', 'A name cannot contain “/”'],
    ['..', 'A name cannot be “.” or “..”'],
    ['文'.repeat(86), 'This name is too long'],
  ]) {
    await page.fill('#folder-name', name);
    await page.keyboard.press('Enter');
    await page.getByText(reason).waitFor();
  }
  await finish(page);
});

test('an address of a folder that is not there says so', async () => {
  const page = await openPage(browser, await newUser());
  await page.goto('/files/never/was/');
  await page.getByRole('heading', { name: 'There is no such folder' }).waitFor();
  await page.getByRole('link', { name: 'Go to my files' }).click();
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await finish(page);
});

test('the list is sorted for people: folders first, numbers by value', async () => {
  const user = await newUser();
  for (const name of ['track 10.txt', 'track 9.txt', 'Zebra/x', 'album.txt']) {
    await put(user, `/${name}`, 'x');
  }
  const page = await openPage(browser, user);
  await openFiles(page);
  assert.deepEqual(await names(page), ['Zebra', 'album.txt', 'track 9.txt', 'track 10.txt']);
  await finish(page);
});

test('a file is renamed in place, its stem selected; Escape keeps the old name', async () => {
  const user = await newUser();
  await put(user, '/draft.final.txt', 'words');
  const page = await openPage(browser, user);
  await openFiles(page);
  const field = page.getByLabel('New name of draft.final.txt');
  await page.keyboard.press('F2');
  await field.waitFor();
  const selected = () => page.evaluate(() => getSelection().toString());
  assert.equal(await selected(), 'draft.final');
  await page.keyboard.type('thrown away');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F2');
  await field.waitFor();
  await page.keyboard.type('报告 📄');
  await page.keyboard.press('Enter');
  await entry(page, '报告 📄.txt').waitFor();
  assert.equal((await get(user, '/报告 📄.txt')).toString(), 'words');
  assert.equal(await get(user, '/draft.final.txt'), null);
  await finish(page);
});

test('renaming to a name that is taken says so and changes nothing', async () => {
  const user = await newUser();
  await put(user, '/a.txt', 'a');
  await put(user, '/b.txt', 'b');
  const page = await openPage(browser, user);
  await openFiles(page);
  await page.keyboard.press('F2');
  await page.getByLabel('New name of a.txt').fill('b.txt');
  await page.keyboard.press('Enter');
  await page.getByText('There is something named “b.txt” here already').waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(await names(page), ['a.txt', 'b.txt']);
  await finish(page);
});

test('several are selected with Shift and Ctrl and deleted after asking once', async () => {
  const user = await newUser();
  await putMany(user, ['/a.txt', '/b.txt', '/c.txt', '/d.txt', '/e.txt', '/folder/inside.txt'], 'x');
  const page = await openPage(browser, user);
  await openFiles(page);
  const click = (name, modifiers) =>
    entry(page, name).click({ modifiers, position: { x: 500, y: 10 } });
  await click('folder');
  await click('b.txt', ['Shift']);
  await click('a.txt', ['Control']);
  await click('d.txt', ['Control']);
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Delete 3 items for good?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await namesIn(user, '/')).length, 6);
  await page.keyboard.press('Delete');
  await dialog.getByText('Folders are deleted with everything in them.').waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('3 items deleted.').waitFor();
  assert.deepEqual(await namesIn(user, '/'), ['a.txt', 'c.txt', 'e.txt']);
  assert.deepEqual(await names(page), ['a.txt', 'c.txt', 'e.txt']);
  await finish(page);
});

test('a folder of 1,500 scrolls to its end with few rows in the page', async () => {
  const user = await newUser();
  const count = 1500;
  await putMany(user, Array.from({ length: count }, (_, i) => `/Big/file ${i}.txt`), 'x');
  const page = await openPage(browser, user);
  await openFiles(page, '/files/Big/');
  const last = `file ${count - 1}.txt`;
  // Each End goes to the end of what is fetched, and fetches on.
  for (let i = 0; i < 20 && !(await entry(page, last).isVisible()); i += 1) {
    await page.keyboard.press('End');
    await page.waitForTimeout(100);
  }
  assert.ok(await entry(page, last).isVisible());
  assert.ok((await page.locator('[data-id]').count()) < 60);
  await page.keyboard.press('Control+a');
  await page.getByText('1,500 selected').waitFor();
  await page.keyboard.press('Escape');
  // A folder left and entered again is where it was.
  await page.getByRole('link', { name: 'My files' }).click();
  await entry(page, 'Big').waitFor();
  await page.goBack();
  await entry(page, last).waitFor();
  await finish(page);
});
