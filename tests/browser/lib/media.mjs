// Real files to upload, in a folder that is removed at the end.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const kFolder = mkdtempSync(join(tmpdir(), 'yundisk-media-'));
process.on('exit', () => rmSync(kFolder, { recursive: true, force: true }));

export const inFolder = (name) => join(kFolder, name);

const ffmpeg = (...args) => execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...args]);

export function makePicture(name) {
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=640x400', '-frames:v', '1', inFolder(name));
  return inFolder(name);
}

export const kFilmSeconds = 20;

// A film that is red in its first half and blue in its second, with a sound.
export function makeFilm(name) {
  const half = kFilmSeconds / 2;
  const picture = (colour) => ['-f', 'lavfi', '-i', `color=${colour}:size=320x180:rate=25:d=${half}`];
  ffmpeg(
    ...picture('red'),
    ...picture('blue'),
    ...['-f', 'lavfi', '-i', `sine=440:d=${kFilmSeconds}`],
    ...['-filter_complex', '[0][1]concat=n=2[v]', '-map', '[v]', '-map', '2:a'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '25', '-movflags', '+faststart'],
    inFolder(name),
  );
  return inFolder(name);
}

export function makeSound(name) {
  ffmpeg('-f', 'lavfi', '-i', 'sine=440:d=5', inFolder(name));
  return inFolder(name);
}
