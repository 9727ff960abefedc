// Registering, signing in and out, the password.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { finish, launch, openPage } from './lib/browser.mjs';
import { kPassword, newName, newUser } from './lib/people.mjs';
import { makeFolder, openFiles, signIn } from './lib/steps.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('a visitor registers and is in their empty disk', async () => {
  const page = await openPage(browser);
  const name = newName();
  await page.goto('/');
  await page.getByRole('link', { name: 'Make an account' }).click();
  await page.waitForURL('**/register');
  await signIn(page, name);
  await page.waitForURL('**/files/');
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await page.getByRole('button', { name }).waitFor();
  await finish(page);
});

test('a name that is taken, and a wrong password, are told', async () => {
  const user = await newUser();
  const page = await openPage(browser);
  await page.goto('/register');
  await signIn(page, user.username);
  await page.getByText('Somebody has this user name already').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, user.username, 'a wrong password');
  await page.getByText('The user name or the password is wrong.').waitFor();
  assert.equal(await page.locator('#username').inputValue(), user.username);
  await finish(page);
});

test('signing in leads to the address that was asked for', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  await makeFolder(page, 'Deep down');
  await page.context().clearCookies();
  await page.goto('/files/Deep%20down/');
  await signIn(page, user.username);
  await page.getByRole('link', { name: 'Deep down' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/files/Deep%20down/');
  await finish(page);
});

test('signing out ends the session and leaves nothing behind', async () => {
  const [first, second] = [await newUser(), await newUser()];
  const page = await openPage(browser, first);
  await openFiles(page);
  await makeFolder(page, 'Private');
  await page.click('button[popovertarget=account]');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  const answer = await page.request.get('/api/v1/me');
  assert.equal(answer.status(), 401);
  await signIn(page, second.username);
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await finish(page);
});

test('a session that ended elsewhere asks to sign in, and goes on where it was', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await openFiles(page);
  const headers = { Authorization: `Bearer ${user.token}` };
  await page.request.delete('/api/v1/sessions/current', { headers });
  await page.keyboard.press('n');
  await page.fill('#folder-name', 'too late');
  await page.keyboard.press('Enter');
  await page.locator('#password').waitFor();
  await signIn(page, user.username);
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await finish(page);
});

test('the password is changed; the old one is refused afterwards', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await page.goto('/password');
  const change = async (current, wanted, repeated) => {
    await page.fill('#current', current);
    await page.fill('#wanted', wanted);
    await page.fill('#repeated', repeated);
    await page.click('button.primary');
  };
  await change(kPassword, 'another password', 'something else');
  await page.getByText('The two new passwords are not the same.').waitFor();
  await change('not my password', 'another password', 'another password');
  await page.getByText('The present password is wrong.').waitFor();
  await change(kPassword, 'another password', 'another password');
  await page.getByText('Your password is changed.').waitFor();
  await page.waitForURL('**/files/');
  await page.context().clearCookies();
  await page.goto('/');
  await signIn(page, user.username, kPassword);
  await page.getByText('The user name or the password is wrong.').waitFor();
  await signIn(page, user.username, 'another password');
  await page.waitForURL('**/files/');
  await finish(page);
});

test('a password made for somebody has to be changed before anything else', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  // The state of a first administrator, whose password only the installation knows.
  let initial = true;
  await page.route('**/api/v1/me', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), password_is_initial: initial } });
  });
  await page.goto('/files/');
  await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
  initial = false;
  await page.fill('#current', kPassword);
  await page.fill('#wanted', 'my own password');
  await page.fill('#repeated', 'my own password');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
  await finish(page);
});
