// Every sentence of the player is there in every language, and none that nobody says any more.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const translations = path.join(root, 'player/translations');
const LUPDATE = '/usr/lib/qt6/bin/lupdate';

const sentences = (text) => [...text.matchAll(/<source>(.*?)<\/source>/gs)].map((match) => match[1]).sort();

// What lupdate makes of the sources today.
function updated(name) {
  const folder = mkdtempSync(path.join(tmpdir(), 'yundisk-translations-'));
  try {
    const copy = path.join(folder, name);
    copyFileSync(path.join(translations, name), copy);
    execFileSync(LUPDATE, ['-silent', '-no-obsolete', '-locations', 'none', '-I', root, path.join(root, 'player'), '-ts', copy]);
    return readFileSync(copy, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const name of readdirSync(translations)) {
  test(`${name} is complete`, () => {
    const now = updated(name);
    const [, ...unfinished] = now.split('<message>').filter((message, i) => i === 0 || message.includes('type="unfinished"'));
    assert.deepEqual(unfinished.flatMap(sentences), []);
    assert.deepEqual(sentences(readFileSync(path.join(translations, name), 'utf8')), sentences(now));
  });

  // A letter that is a key in the menu bar must not be one twice.
  test(`${name}: every menu has a key of its own`, () => {
    const text = readFileSync(path.join(translations, name), 'utf8');
    const menus = ['&amp;Film', '&amp;Playback', '&amp;Sound', 'S&amp;ubtitles', '&amp;View', '&amp;Help'];
    const keys = menus.map((menu) =>
      /&amp;(.)/.exec(new RegExp(`<source>${menu}</source>\\s*<translation>(.*?)</translation>`).exec(text)[1])[1]);
    assert.equal(new Set(keys).size, menus.length, keys.join(' '));
  });
}
