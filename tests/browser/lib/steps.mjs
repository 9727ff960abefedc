// What people do on the page, as steps of a test.

import { kPassword } from './people.mjs';

export const entry = (page, name) =>
  page.locator('[data-id]', { has: page.getByTitle(name, { exact: true }) });

export async function openFiles(page, path = '/files/') {
  await page.goto(path);
  await page.locator('[role=grid], .message h2').first().waitFor();
}

export async function signIn(page, username, password = kPassword) {
  await page.fill('#username', username);
  await page.fill('#password', password);
  await page.click('button.primary');
}

export const pickFiles = (page, files) => page.setInputFiles('[data-picker=files]', files);

// Waits until every upload has come to an end, and tells the panel's title.
export async function uploadsFinished(page) {
  const title = page.locator('section.panel h2');
  await title.waitFor();
  await page.locator('section.panel .total').waitFor({ state: 'detached' });
  return title.innerText();
}

export async function makeFolder(page, name) {
  await page.keyboard.press('n');
  await page.fill('#folder-name', name);
  await page.keyboard.press('Enter');
  await entry(page, name).waitFor();
}

export async function chooseInAccount(page, label, value) {
  await page.click('button[popovertarget=account]');
  await page.locator('#account label', { hasText: label }).locator('select').selectOption(value);
  await page.keyboard.press('Escape');
}

export const names = (page) =>
  page.locator('[data-id] .name a').evaluateAll((links) => links.map((link) => link.textContent));
