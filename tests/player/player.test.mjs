// The player as its users meet it: a real film from a real web server, on a desktop without a screen.
//
// Run: node --test tests/player. YUNDISK_PLAYER names the program; default: build/player/bin/yundisk-player.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Desktop } from './lib/desktop.mjs';
import { colourAt, colourIndex, LENGTH_S, makeFilm, subtitleFile } from './lib/film.mjs';
import { FilmServer } from './lib/film_server.mjs';
import { Player } from './lib/player.mjs';
import { Processes, until } from './lib/processes.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.env.YUNDISK_PLAYER ?? path.join(root, 'build/player/bin/yundisk-player');
const TITLE = 'Test film';
const TRACK = '/org/mpris/MediaPlayer2/yundisk/film';
const SET_POSITION = 'org.mpris.MediaPlayer2.Player.SetPosition';

const folder = mkdtempSync(path.join(tmpdir(), 'yundisk-player-'));
const processes = new Processes();
const desktop = new Desktop(processes, folder);
const server = new FilmServer(processes, folder);
const player = new Player(program, desktop);

// Where the picture of the film is: the window without its bars. `upper` tells the time, `lower` moves, `words` is where
// subtitles appear.
function picturePlace() {
  const { x, y, width, height } = desktop.geometry(TITLE);
  return {
    upper: { x: x + width / 2, y: y + height * 0.3 },
    lower: { x: x + 20, y: Math.round(y + height * 0.55), width: width - 40, height: Math.round(height * 0.15) },
    words: { x: x + 20, y: Math.round(y + height * 0.78), width: width - 40, height: Math.round(height * 0.1) },
  };
}

const shownColour = () => {
  const { upper } = picturePlace();
  return colourIndex(desktop.picture().at(upper.x, upper.y));
};

const untilTitle = (title) => until(`a window "${title}"`, () => desktop.titles().includes(`${title} – yundisk`));

before(async () => {
  makeFilm(server.files);
  writeFileSync(path.join(server.files, 'not_a_film.mp4'), 'Just some words.\n'.repeat(1000));
  writeFileSync(path.join(server.files, 'list.mp4'), '#EXTM3U\nfile:///etc/passwd\n');
  writeFileSync(path.join(server.files, 'empty.mp4'), '');
  await server.start();
  await desktop.start();
});

after(async () => {
  await processes.endAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('a film', () => {
  before(async () => {
    assert.equal((await player.run('--trust', server.origin)).code, 0);
    await player.start(server.link('t/film.mkv', TITLE));
    await player.untilPlaying();
  });

  after(() => player.stop());

  test('plays: the picture moves and the colour is that of the time', async () => {
    await untilTitle(TITLE);
    assert.equal(player.title(), TITLE);
    assert.match(player.property('Metadata'), new RegExp(`'mpris:length': <int64 ${LENGTH_S}\\d{6}>`));
    const { lower } = picturePlace();
    const first = desktop.picture();
    await until('the picture to change', () => first.differsFrom(desktop.picture(), lower) > 50);
    assert.equal(shownColour(), colourAt(player.seconds()));
  });

  test('stands still when paused with Space, and goes on', async () => {
    desktop.key('space');
    await until('the pause', () => player.status() === 'Paused');
    await sleep(300);  // the picture that was on its way
    const { lower } = picturePlace();
    const [position, picture] = [player.seconds(), desktop.picture()];
    await sleep(700);
    assert.equal(player.seconds(), position);
    assert.equal(picture.differsFrom(desktop.picture(), lower), 0);
    desktop.key('space');
    await until('the film to go on', () => player.seconds() > position);
  });

  test('seeks where it is told: bus, keys, digits, a click on the slider', async () => {
    player.call(SET_POSITION, TRACK, '35000000');
    await until('second 35 in the picture', () => shownColour() === colourAt(35));
    desktop.key('Right');
    await until('ten seconds later', () => shownColour() === colourAt(45) && player.seconds() >= 44);
    desktop.key('Left', 'Left', 'Left');
    await until('half a minute earlier', () => shownColour() === colourAt(15));
    desktop.key('5');
    await until('the middle', () => shownColour() === colourAt(30) && player.seconds() >= 29.9);
    const { x, y, width, height } = desktop.geometry(TITLE);
    desktop.click(x + width * 0.9, y + height - 52);
    await until('the last tenth', () => shownColour() === colourAt(54) && player.seconds() > 50);
    desktop.key('Home');
    await until('the beginning', () => shownColour() === colourAt(0) && player.seconds() < 9);
  });

  test('ignores positions outside the film and for another film', async () => {
    player.call(SET_POSITION, TRACK, '35000000');
    await until('second 35', () => player.seconds() >= 35);
    player.call(SET_POSITION, TRACK, '600000000');
    player.call(SET_POSITION, TRACK, '-- -1000000');
    player.call(SET_POSITION, '/another/film', '1000000');
    await sleep(300);
    const seconds = player.seconds();
    assert.ok(seconds >= 34 && seconds < 45, `second ${seconds}`);
  });

  test('fills the screen with F and comes back with Escape', async () => {
    const before = desktop.geometry(TITLE);
    desktop.key('f');
    await until('full screen', () => desktop.geometry(TITLE).width === 1280 && desktop.geometry(TITLE).height === 800);
    await until('the picture in full size', () => colourIndex(desktop.picture().at(20, 200)) === colourAt(player.seconds()));
    assert.match(player.property('Fullscreen', 'org.mpris.MediaPlayer2'), /true/);
    desktop.key('Escape');
    await until('the window', () => desktop.geometry(TITLE).width === before.width);
  });

  test('changes its speed', async () => {
    desktop.key('bracketright', 'bracketright', 'bracketright', 'bracketright');
    await until('double speed', () => player.property('Rate').includes('2.0'));
    player.call(SET_POSITION, TRACK, '5000000');
    await until('the seek', () => player.seconds() >= 5 && player.seconds() < 8);
    const [from, start] = [player.seconds(), Date.now()];
    await sleep(2000);
    const speed = (player.seconds() - from) / ((Date.now() - start) / 1000);
    assert.ok(speed > 1.5 && speed < 2.5, `speed ${speed}`);
    desktop.key('BackSpace');
    await until('normal speed', () => player.property('Rate').includes('1.0'));
  });

  test('shows the subtitles in the file, and those of another file', async () => {
    const whites = () => desktop.picture().whites(picturePlace().words);
    assert.equal(whites(), 0);
    desktop.key('s');
    await until('subtitles', () => whites() > 10);
    const inside = whites();
    desktop.key('s');
    await until('no subtitles', () => whites() === 0);
    const file = path.join(folder, 'other.srt');
    writeFileSync(file, subtitleFile('Other words, and many more of them than inside'));
    desktop.key('ctrl+t');
    await until('the question for a file', () => desktop.titles().includes('Load subtitles'));
    desktop.run('xdotool', ['type', '--delay', '20', file]);
    desktop.key('Return');
    await until('the other subtitles', () => whites() > 2 * inside);
  });

  test('remembers the volume', async () => {
    desktop.key('Down', 'Down', 'Down', 'Down');
    await until('80 %', () => player.property('Volume').includes('0.8'));
    desktop.key('m');
    await until('silence', () => player.property('Volume').includes('<0.0>'));
    desktop.key('m');
    await player.stop();
    await player.start(server.link('t/film.mkv', TITLE));
    await player.untilPlaying();
    assert.match(player.property('Volume'), /0\.8/);
  });

  test('takes the link of a second start', async () => {
    assert.equal((await player.run(server.link('t/film.mkv', 'Second film'))).code, 0);
    await untilTitle('Second film');
    assert.equal((await player.run(server.link('t/film.mkv', TITLE))).code, 0);
    await untilTitle(TITLE);
    await player.untilPlaying();
  });

  test('ends, and begins again with Space', async () => {
    player.call(SET_POSITION, TRACK, '58500000');
    await until('the end', () => player.status() === 'Stopped');
    desktop.key('space');
    await until('the beginning', () => player.status() === 'Playing' && player.seconds() < 10);
  });

  test('goes on after the connection broke', async () => {
    player.open(server.link('slow/film.mkv', TITLE));
    await player.untilPlaying();
    await server.stop();
    await sleep(500);
    await server.start();
    await until('a request for the rest', () => server.accesses().some((line) => / 206 /.test(line) && line.includes('slow')));
    await until('seconds that were not fetched before', () => player.seconds() > 8, 30000);
  });
});

describe('what is refused', () => {
  before(() => player.start());
  after(() => player.stop());

  const bad = {
    'a local file': ['yundisk://play?url=file%3A%2F%2F%2Fetc%2Fpasswd', 'The link was refused'],
    'another scheme': ['http://127.0.0.1/api/v1/signed/t/film.mkv', 'This is not a link to a film'],
    'a password in the address': ['yundisk://play?url=http%3A%2F%2Fa%3Ab%40127.0.0.1%2Fapi%2Fv1%2Fsigned%2Ft%2Ff', 'The link was refused'],
    'an option of libVLC': ['yundisk://play?url=--sout%3Dfile%2Fts%3A%2Ftmp%2Fx', 'The link was refused'],
    'a damaged link': ['yundisk://play?url=%zz', 'The link is damaged'],
  };
  for (const [what, [link, title]] of Object.entries(bad)) {
    test(what, async () => {
      player.open(link);
      await untilTitle(title);
      assert.equal(player.status(), 'Stopped');
    });
  }

  test('another server than the link names, and an address that is not signed: nothing is fetched', async () => {
    const count = server.accesses().length;
    player.open(server.link('t/film.mkv').replace(/server=.*/, 'server=http%3A%2F%2F127.0.0.1%3A1'));
    await untilTitle('The link was refused');
    player.open(server.link('t/film.mkv').replace('signed', 'content'));
    await untilTitle('The link was refused');
    assert.equal(server.accesses().length, count);
  });
});

describe('a server that is not known yet', () => {
  const question = 'Play from a new server?';
  before(async () => {
    assert.equal((await player.run('--forget', server.origin)).code, 0);
    await player.start();
  });
  after(() => player.stop());

  test('is asked about first; refused, nothing is fetched', async () => {
    const count = server.accesses().length;
    player.open(server.link('t/film.mkv', TITLE));
    await until('the question', () => desktop.titles().includes(question));
    await sleep(300);
    desktop.key('Escape');
    await until('its end', () => !desktop.titles().includes(question));
    assert.equal(server.accesses().length, count);
    assert.equal(player.status(), 'Stopped');
  });

  test('refuses with Enter as well: agreeing takes a decision', async () => {
    player.open(server.link('t/film.mkv', TITLE));
    await until('the question', () => desktop.titles().includes(question));
    await sleep(300);
    desktop.key('Return');
    await until('its end', () => !desktop.titles().includes(question));
    assert.equal(player.status(), 'Stopped');
  });

  test('trusted, plays and is not asked about again', async () => {
    player.open(server.link('t/film.mkv', TITLE));
    await until('the question', () => desktop.titles().includes(question));
    await sleep(300);
    desktop.key('alt+t');
    await player.untilPlaying();
    player.open(server.link('t/film.mkv', 'Second film'));
    await untilTitle('Second film');
  });
});

describe('the desktop', () => {
  before(async () => assert.equal((await player.run('--trust', server.origin)).code, 0));
  after(() => player.stop());

  // What player/install.sh does, but for the building.
  function register() {
    const name = 'yundisk-player.desktop';
    const applications = path.join(desktop.env.XDG_DATA_HOME, 'applications');
    mkdirSync(applications, { recursive: true });
    const template = readFileSync(path.join(root, 'player', `${name}.in`), 'utf8');
    writeFileSync(path.join(applications, name), template.replace('@PROGRAM@', program));
    desktop.run('desktop-file-validate', [path.join(applications, name)]);
    desktop.run('update-desktop-database', ['-q', applications]);
    desktop.run('xdg-mime', ['default', name, 'x-scheme-handler/yundisk']);
  }

  test('opens links with the player', async () => {
    register();
    processes.start('gio', ['open', server.link('t/film.mkv', 'Film from the desktop')], { env: desktop.env });
    await untilTitle('Film from the desktop');
    await player.untilPlaying();
    player.call('org.mpris.MediaPlayer2.Quit');
    await until('its end', () => !player.isOnBus());
  });

  test('gets Chinese where it speaks Chinese', async () => {
    await player.start({ env: { LC_ALL: 'zh_CN.UTF-8' } }, server.link('expired/film.mkv'));
    await untilTitle('链接已过期');
  });
});

describe('what goes wrong is said', () => {
  before(async () => {
    assert.equal((await player.run('--trust', server.origin)).code, 0);
    for (const origin of ['http://127.0.0.1:9', 'http://host.invalid']) await player.run('--trust', origin);
    await player.start();
  });
  after(() => player.stop());

  const cases = {
    'expired/film.mkv': 'The link has expired',
    't/missing.mkv': 'The film is not there any more',
    'forbidden/film.mkv': 'The server refused the film',
    'broken/film.mkv': 'The server has a problem',
    't/not_a_film.mp4': 'The format is not known',
    't/empty.mp4': 'The format is not known',
    't/list.mp4': 'This file is a playlist',
  };
  for (const [target, title] of Object.entries(cases)) {
    test(`${target}: ${title}`, async () => {
      player.open(server.link(target));
      await untilTitle(title);
      assert.equal(player.status(), 'Stopped');
    });
  }

  test('a redirect is not followed', async () => {
    player.open(server.link('redirect/film.mkv'));
    await untilTitle('The film was refused');
    assert.match(server.accesses().pop(), /redirect.* 302 /);
  });

  test('a server that does not run', async () => {
    player.open('yundisk://play?url=http://127.0.0.1:9/api/v1/signed/t/film.mkv');
    await untilTitle('The server can’t be reached');
  });

  test('a name that does not exist', async () => {
    player.open('yundisk://play?url=http://host.invalid/api/v1/signed/t/film.mkv');
    await untilTitle('The server was not found');
  });

  test('trying again works once the reason is gone', async () => {
    await server.stop();
    player.open(server.link('t/film.mkv', TITLE));
    await untilTitle('The server can’t be reached');
    await server.start();
    desktop.key('space');
    await player.untilPlaying();
  });
});
