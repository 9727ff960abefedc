// What other people's bytes and names can do in the page: nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { finish, launch, openPage } from './lib/browser.mjs';
import { newUser, put } from './lib/people.mjs';
import { entry, makeFolder, names, openFiles, pickFiles, uploadsFinished } from './lib/steps.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const kScript = 'alert(document.domain); fetch("/api/v1/me").then(() => alert("read"))';
const kHtml = `<!doctype html><title>ran</title><script>${kScript}</script>`;
const kSvg = `<svg xmlns="http://www.w3.org/2000/svg" onload='${kScript}'><script>${kScript}</script></svg>`;

// Goes to an address; a download instead of a page is fine.
async function visit(page, url) {
  const download = page.waitForEvent('download', { timeout: 3000 }).catch(() => null);
  const response = await page.goto(url).catch(() => null);
  return { response, download: response ? null : await download };
}

test('uploaded HTML and SVG run nothing, whatever their names claim', async () => {
  const user = await newUser();
  const files = {
    'page.html': kHtml,
    'page.xhtml': kHtml,
    'picture.svg': kSvg,
    'fake.png': kHtml,
    'fake.txt': kHtml,
    noextension: kHtml,
    'data.xml': `<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">${kScript}</x:script>`,
  };
  const page = await openPage(browser, user);
  for (const [name, body] of Object.entries(files)) {
    await put(user, `/${name}`, body);
    for (const query of ['', '?download=1']) {
      const { response, download } = await visit(page, `/api/v1/content/${name}${query}`);
      assert.ok(download || response, name);
      assert.notEqual(await page.title(), 'ran', name);
    }
  }
  await openFiles(page);
  for (const name of Object.keys(files)) {
    await page.goto(`/files/?show=${name}`);
    await page.getByRole('dialog', { name }).waitFor();
  }
  await finish(page);
});

test('names that are markup are shown as they are', async () => {
  const user = await newUser();
  const name = '<img src=x onerror=alert(1)>';
  const page = await openPage(browser, user);
  await openFiles(page);
  await makeFolder(page, name);
  await pickFiles(page, { name: `${name}.txt`, mimeType: '', buffer: Buffer.from('x') });
  await uploadsFinished(page);
  await entry(page, `${name}.txt`).waitFor();
  assert.deepEqual(await names(page), [name, `${name}.txt`]);
  await page.keyboard.press('Delete');
  await page.getByRole('heading', { name: `Delete “${name}” for good?` }).waitFor();
  await page.keyboard.press('Escape');
  await entry(page, name).getByRole('link').click();
  await page.getByRole('navigation').getByText(name).waitFor();
  await finish(page);
});

test('the page comes with a strict policy, which the browser enforces', async () => {
  const page = await openPage(browser, await newUser());
  const response = await page.goto('/files/');
  const policy = (await response.allHeaders())['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /style-src 'self'(;|$)/);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
    return window.ran === true;
  });
  assert.equal(ran, false);
  await page.context().close();
});

test('another site cannot change anything with a visitor’s cookie', async () => {
  const user = await newUser();
  const page = await openPage(browser, user);
  await page.goto('/files/');
  const status = await page.evaluate(async () => {
    const body = JSON.stringify({ path: '/forged' });
    return (await fetch('/api/v1/folders', { method: 'POST', body })).status;
  });
  assert.equal(status, 403);
  await finish(page);
});
