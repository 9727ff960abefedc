// A real Chromium and pages that report everything that must not happen: errors of scripts,
// violations of the security policy, dialogs opened by what somebody uploaded.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { kSite } from './people.mjs';

const kProgram = process.env.YUNDISK_CHROMIUM ?? '/usr/bin/chromium';
const kStepDeadlineMs = 20_000;
// A name that is not "localhost", as on a local network: browsers offer less there.
export const kLanHost = 'disk.lan';

const kArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  `--host-resolver-rules=MAP ${kLanHost} 127.0.0.1`,
];

export const launch = () => chromium.launch({ executablePath: kProgram, args: kArguments });

// A browser that lets a page open yundisk:// links without asking, which no test could answer.
// Returns its only context; closing it removes its profile.
export async function launchWithPlayer() {
  const profile = await mkdtemp(join(tmpdir(), 'yundisk-profile-'));
  const allowed = { [new URL(kSite).origin]: { yundisk: true } };
  const preferences = { protocol_handler: { allowed_origin_protocol_pairs: allowed } };
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: kProgram,
    args: kArguments,
    baseURL: kSite,
  });
  // The browser may still be writing when it says that it is closed.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 };
  context.on('close', () => rm(profile, options));
  return context;
}

// What a page did wrong so far, per page.
const faults = new WeakMap();

// What the browser itself logs: answers of 4xx, which tests provoke, and a header that only https
// can have.
const kExpectedMessages = ['Failed to load resource', 'The Cross-Origin-Opener-Policy header'];

function watch(page) {
  const seen = [];
  faults.set(page, seen);
  page.on('pageerror', (error) => seen.push(`script error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    seen.push(`a script opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const expected = kExpectedMessages.some((start) => message.text().startsWith(start));
    if (message.type() === 'error' && !expected) seen.push(`console: ${message.text()}`);
  });
}

export function assertNoFaults(page) {
  assert.deepEqual(faults.get(page), []);
}

// A page of a user (none: nobody is signed in). `options` as of playwright's newContext.
export async function openPage(browser, user, options = {}) {
  const context = await browser.newContext({
    baseURL: kSite,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  return openPageIn(context, user);
}

export async function openPageIn(context, user) {
  context.setDefaultTimeout(kStepDeadlineMs);
  if (user) await context.addCookies([{ name: 'yundisk_session', value: user.token, url: kSite }]);
  const page = await context.newPage();
  watch(page);
  return page;
}

// Ends a test's page; everything it did wrong fails the test.
export async function finish(page) {
  assertNoFaults(page);
  await page.context().close();
}

// Drops files and folders of this machine, as a file manager would.
export async function drop(page, paths, at = { x: 640, y: 500 }) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}
