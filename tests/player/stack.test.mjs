// The player and a whole yundisk: a film that was uploaded plays through a signed link.
//
// Run: node --test tests/player/stack.test.mjs
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { signUp } from '../integration/lib/disk.mjs';
import { useStack } from '../integration/lib/stack.mjs';
import { Desktop } from './lib/desktop.mjs';
import { colourAt, colourIndex, makeFilm } from './lib/film.mjs';
import { linkTo } from './lib/film_server.mjs';
import { Player } from './lib/player.mjs';
import { Processes, until } from './lib/processes.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.env.YUNDISK_PLAYER ?? path.join(root, 'build/player/bin/yundisk-player');
const TITLE = '七星 Film #1 100%.mkv';
const TRACK = '/org/mpris/MediaPlayer2/yundisk/film';
const SET_POSITION = 'org.mpris.MediaPlayer2.Player.SetPosition';

const stack = await useStack();
const folder = mkdtempSync(path.join(tmpdir(), 'yundisk-player-'));
const processes = new Processes();
const desktop = new Desktop(processes, folder);
const player = new Player(program, desktop);
let disk;

before(async () => {
  makeFilm(folder);
  disk = await signUp(stack.url);
  const put = await disk.put(`/Films/${TITLE}`, readFileSync(path.join(folder, 'film.mkv')));
  assert.equal(put.status, 201, put.text);
  await desktop.start();
});

after(async () => {
  await processes.endAll();
  rmSync(folder, { recursive: true, force: true });
});

const shownColour = () => {
  const { x, y, width, height } = desktop.geometry('yundisk');
  return colourIndex(desktop.picture().at(x + width / 2, y + height * 0.3));
};

test('an uploaded film plays through the link the page makes, and the seek lands', async () => {
  const { status, json, text } = await disk.call('POST', '/links', { path: `/Films/${TITLE}` });
  assert.equal(status, 201, text);
  const target = new URL(json.url, stack.url).href;
  assert.equal((await player.run('--trust', new URL(stack.url).origin)).code, 0);
  await player.start(linkTo(target, TITLE, new URL(stack.url).origin));
  await player.untilPlaying();
  assert.equal(player.title(), TITLE);
  await until('the film to be seen', () => shownColour() === colourAt(player.seconds()));
  player.call(SET_POSITION, TRACK, '45000000');
  await until('second 45 in the picture', () => shownColour() === colourAt(45));
  assert.ok(player.seconds() >= 44);
  await player.stop();
});
