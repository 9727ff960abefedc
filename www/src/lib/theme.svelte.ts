// Light, dark, or as the system says. public/theme.js applies the choice before the first paint.

import { readSetting, writeSetting } from './storage';

export const kThemes = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof kThemes)[number];

class Theme {
  choice = $state<ThemeChoice>(kThemes.find((name) => name === readSetting('theme')) ?? 'system');

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    writeSetting('theme', choice === 'system' ? null : choice);
    const root = document.documentElement;
    if (choice === 'system') delete root.dataset.theme;
    else root.dataset.theme = choice;
  }
}

export const theme = new Theme();
