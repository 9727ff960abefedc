// A real film whose picture tells the time: the upper half has one colour for every ten seconds. The lower half moves,
// but for a black strip where subtitles appear. Two sound tracks, subtitles in the file.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export const LENGTH_S = 60;
export const COLOURS = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255], [0, 255, 255]];
const SECONDS_PER_COLOUR = LENGTH_S / COLOURS.length;

const hex = (colour) => `0x${Buffer.from(colour).toString('hex')}`;

function ffmpeg(args) {
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...args]);
}

// One cue a second: a player that is asked for subtitles in the middle of a long cue may wait for the next one.
export function subtitleFile(words) {
  const time = (second, ms) => `00:00:${String(second).padStart(2, '0')},${ms}`;
  return Array.from({ length: LENGTH_S }, (_, i) => `${i + 1}\n${time(i, '000')} --> ${time(i, '950')}\n${words}\n`).join('\n');
}

export function makeFilm(folder) {
  const subtitles = path.join(folder, 'inside.srt');
  writeFileSync(subtitles, subtitleFile('Subtitles'));
  const boxes = COLOURS.map((colour, i) =>
    `drawbox=w=iw:h=ih/2:t=fill:color=${hex(colour)}:enable='between(t,${i * SECONDS_PER_COLOUR},${(i + 1) * SECONDS_PER_COLOUR - 0.02})'`);
  ffmpeg([
    '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=25:duration=${LENGTH_S}`,
    '-f', 'lavfi', '-i', `sine=frequency=440:duration=${LENGTH_S}`,
    '-f', 'lavfi', '-i', `sine=frequency=880:duration=${LENGTH_S}`,
    '-i', subtitles, '-map', '0', '-map', '1', '-map', '2', '-map', '3', '-vf', [...boxes, 'drawbox=y=ih*5/6:w=iw:h=ih/6:t=fill:color=black'].join(','),
    '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s', 'srt',
    '-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu', '-disposition:s:0', '0',
    path.join(folder, 'film.mkv')]);
}

// The index of the colour that this one is, as far as a video keeps colours.
export function colourIndex(pixel) {
  return COLOURS.findIndex((colour) => colour.every((value, i) => Math.abs(value - pixel[i]) < 60));
}

export function colourAt(seconds) {
  return Math.floor(seconds / SECONDS_PER_COLOUR);
}
