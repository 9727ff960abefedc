import type { Entry } from './api';
import { downloadUrl } from './paths';

// Browsers drop downloads that are started at the same moment.
const kPauseMs = 250;

// Has the browser download files, one after the other; the bytes never pass through this page.
export async function download(files: readonly Entry[]): Promise<void> {
  for (const [i, file] of files.entries()) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, kPauseMs));
    const link = document.createElement('a');
    link.href = downloadUrl(file.path);
    link.download = file.name;
    link.click();
  }
}
