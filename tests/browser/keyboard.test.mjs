// Everything with the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { finish, launch, openPage } from './lib/browser.mjs';
import { kPassword, namesIn, newUser, put } from './lib/people.mjs';
import { entry, openFiles } from './lib/steps.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

// What the focus is on, as assistive technology is told.
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const id = element.getAttribute('aria-activedescendant');
    const told = id ? document.getElementById(id).querySelector('a') : element;
    return (told.getAttribute('aria-label') ?? told.textContent).trim();
  });

test('from signing in to signing out without a mouse', async () => {
  const user = await newUser();
  const page = await openPage(browser);
  await page.goto('/');
  await page.locator('#username').waitFor();
  await page.keyboard.type(user.username);
  await press(page, 'Tab');
  await page.keyboard.type(kPassword);
  await press(page, 'Enter');
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();

  for (const name of ['Alpha', 'Beta']) {
    await press(page, 'n');
    await page.getByLabel('Name of the folder').waitFor();
    await page.keyboard.type(name);
    await press(page, 'Enter');
    await entry(page, name).waitFor();
  }
  await page.getByRole('grid').press('Home');
  assert.equal(await focused(page), 'Alpha');
  await press(page, 'Enter');
  await page.waitForURL('**/files/Alpha/');
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await press(page, 'Alt+ArrowUp');
  await entry(page, 'Beta').waitFor();
  assert.equal(await focused(page), 'Alpha');

  await press(page, 'ArrowDown', 'F2');
  await page.getByLabel('New name of Beta').fill('Gamma');
  await press(page, 'Enter');
  await entry(page, 'Gamma').waitFor();
  await press(page, 'Delete');
  await page.getByRole('dialog').waitFor();
  assert.equal(await focused(page), 'Cancel');
  await press(page, 'Tab', 'Enter');
  await page.getByText('1 item deleted.').waitFor();
  assert.deepEqual(await namesIn(user, '/'), ['Alpha']);
  assert.equal(await focused(page), 'Alpha');

  await page.getByRole('button', { name: user.username }).focus();
  await press(page, 'Enter');
  await page.getByRole('button', { name: 'Sign out' }).focus();
  await press(page, 'Enter');
  await page.waitForURL('**/sign-in');
  await finish(page);
});

test('Shift extends, Space toggles, Ctrl+A takes all, Escape lets go', async () => {
  const user = await newUser();
  for (const name of ['a', 'b', 'c', 'd']) await put(user, `/${name}.txt`, 'x');
  const page = await openPage(browser, user);
  await openFiles(page);
  const selected = () =>
    page.locator('[data-id][aria-selected=true] .name a').evaluateAll((l) => l.map((a) => a.text));
  await press(page, 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown');
  assert.deepEqual(await selected(), ['b.txt', 'c.txt', 'd.txt']);
  await press(page, 'Home', 'Space');
  assert.deepEqual(await selected(), []);
  await press(page, 'Control+a');
  assert.equal((await selected()).length, 4);
  await press(page, 'Escape');
  assert.deepEqual(await selected(), []);
  await finish(page);
});

test('the focus returns to the list from the preview, a dialog and a menu', async () => {
  const user = await newUser();
  for (const name of ['a', 'b']) await put(user, `/${name}.txt`, 'x');
  const page = await openPage(browser, user);
  await openFiles(page);
  await press(page, 'End', 'Enter');
  await page.getByRole('dialog', { name: 'b.txt' }).waitFor();
  await press(page, 'Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'b.txt');
  await press(page, '?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await press(page, 'Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'b.txt');
  await press(page, 'Shift+F10', 'ArrowDown');
  assert.equal(await focused(page), 'Download');
  await press(page, 'Escape');
  assert.equal(await focused(page), 'b.txt');
  await finish(page);
});

// Presses keys while the page is busy, so that they are there before anything that it does later.
async function pressAtOnce(page, ...keys) {
  await page.evaluate(() => {
    setTimeout(() => {
      const end = performance.now() + 500;
      while (performance.now() < end);
    });
  });
  await Promise.all(keys.map((key) => page.keyboard.press(key)));
}

async function firstOfMenu(page) {
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('[role=menuitem]:focus').waitFor();
  assert.equal(await focused(page), 'Open');
}

test('keys that come faster than a dialog closes are for what is beneath it', async () => {
  const user = await newUser();
  for (const name of ['a', 'b']) await put(user, `/${name}.txt`, 'x');
  const page = await openPage(browser, user);
  await openFiles(page);
  await press(page, 'End', 'Delete');
  await page.getByRole('dialog').waitFor();
  await pressAtOnce(page, 'Escape', 'n');
  await page.getByLabel('Name of the folder').fill('c');
  await press(page, 'Enter');
  await entry(page, 'c').waitFor();

  await page.getByRole('grid').press('End');
  await press(page, '?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await pressAtOnce(page, 'Escape', 'Shift+F10');
  await firstOfMenu(page);
  await press(page, 'Escape');

  await press(page, 'Enter');
  await page.getByRole('dialog', { name: 'b.txt' }).waitFor();
  await pressAtOnce(page, 'Escape', 'Escape', 'Shift+F10');
  await firstOfMenu(page);
  assert.equal(new URL(page.url()).pathname, '/files/');
  await finish(page);
});

test('letters typed into a field are letters', async () => {
  const page = await openPage(browser, await newUser());
  await openFiles(page);
  await press(page, 'n');
  await page.getByLabel('Name of the folder').waitFor();
  await page.keyboard.type('nun?');
  await press(page, 'Enter');
  await entry(page, 'nun?').waitFor();
  await finish(page);
});
