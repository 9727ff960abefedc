// What a file is for people: its icon and how it is previewed. Decided by the media type alone,
// which the server derives from the name.

import type { IconName } from './icons';

export type Kind = 'folder' | 'image' | 'video' | 'audio' | 'text' | 'pdf' | 'archive' | 'other';

interface Typed {
  kind: 'folder' | 'file';
  type: string | null;
}

const kArchives = /^application\/(zip|gzip|x-(tar|7z-compressed|xz|bzip2?|rar.*)|vnd\.rar|zstd)$/;
const kTextual =
  /^application\/((.+\+)?(json|xml|yaml|toml)|javascript|x-(sh|yaml|tex|subrip)|sql)$/;

export function kindOf(entry: Typed): Kind {
  if (entry.kind === 'folder') return 'folder';
  const type = (entry.type ?? '').split(';')[0]!.trim().toLowerCase();
  const family = type.split('/')[0];
  if (family === 'image' || family === 'video' || family === 'audio' || family === 'text') {
    return family;
  }
  if (type === 'application/pdf') return 'pdf';
  if (kArchives.test(type)) return 'archive';
  return kTextual.test(type) ? 'text' : 'other';
}

const kIcons: Record<Kind, IconName> = {
  folder: 'folder',
  image: 'image',
  video: 'video',
  audio: 'audio',
  text: 'text',
  pdf: 'pdf',
  archive: 'archive',
  other: 'file',
};

export const iconOf = (entry: Typed): IconName => kIcons[kindOf(entry)];
