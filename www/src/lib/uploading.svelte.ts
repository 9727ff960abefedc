// The page's one upload queue, and what follows when files arrive: lists and the used space are
// fetched again, but not for each of a thousand small files.

import * as api from './api';
import type { Gathered } from './dropped';
import { problemText } from './language.svelte';
import { listingOf } from './listing.svelte';
import { notices } from './notices.svelte';
import { joinPath } from './paths';
import { router } from './router.svelte';
import { session } from './session.svelte';
import { sendFile } from './transport';
import { UploadQueue } from './uploads.svelte';

const kRefreshPauseMs = 700;

let refreshPlanned = false;

export const uploads = new UploadQueue({ send: sendFile, onStored: planRefresh });

session.onUserGone = () => uploads.clear();

// Fetches again what is shown, once for everything that changes within a moment.
function planRefresh(): void {
  if (refreshPlanned) return;
  refreshPlanned = true;
  setTimeout(() => {
    refreshPlanned = false;
    if (!session.user) return;
    if (router.route.page === 'files') void listingOf(router.route.path).refresh();
    void session.refresh();
  }, kRefreshPauseMs);
}

export function uploadTo(folder: string, gathered: Gathered): void {
  uploads.add(gathered.files.map(({ path, file }) => ({ path: joinPath(folder, path), file })));
  void makeFolders(folder, gathered.emptyFolders);
}

async function makeFolders(folder: string, paths: string[]): Promise<void> {
  for (const path of paths) {
    try {
      await api.makeFolder(joinPath(folder, path), true);
      planRefresh();
    } catch (error) {
      notices.warn(`${path}: ${problemText(error)}`);
    }
  }
}
