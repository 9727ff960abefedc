// The language of the page and its texts: t('files.selected', { count: 3 }).

import { en, type Text, type TextKey } from '../text/en';
import { zh } from '../text/zh';
import { Problem } from './api';
import { formatCount } from './format';
import { readSetting, writeSetting } from './storage';

export const kLanguages = {
  en: { name: 'English', tag: 'en', texts: en as Record<TextKey, Text> },
  zh: { name: '简体中文', tag: 'zh-CN', texts: zh },
} as const;

export type LanguageCode = keyof typeof kLanguages;

// The user's choice, else the first language of the browser that we speak, else English.
export function pickLanguage(chosen: string | null, preferred: readonly string[]): LanguageCode {
  for (const tag of [chosen ?? '', ...preferred]) {
    const code = tag.toLowerCase().split('-')[0]!;
    if (code === 'en' || code === 'zh') return code;
  }
  return 'en';
}

class Language {
  code = $state<LanguageCode>(pickLanguage(readSetting('language'), navigator.languages));

  // For Intl. A reader of English keeps the dates of their region.
  get tag(): string {
    const regional = navigator.languages.find((tag) => tag.split('-')[0] === this.code);
    return regional ?? kLanguages[this.code].tag;
  }

  choose(code: LanguageCode): void {
    this.code = code;
    writeSetting('language', code);
  }
}

export const language = new Language();

type Values = Record<string, string | number>;

// Chinese has no plural, but may still name a single thing: an exact 1 takes `one` where it is
// given.
function formOf(text: Text, count: string | number | undefined): string {
  if (typeof text === 'string') return text;
  const isOne = count === 1 || new Intl.PluralRules(language.tag).select(Number(count)) === 'one';
  return isOne ? (text.one ?? text.other) : text.other;
}

// The text of `key` with {name} filled in. `count` chooses the plural form.
export function t(key: TextKey, values: Values = {}): string {
  const pattern = formOf(kLanguages[language.code].texts[key], values.count);
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? formatCount(value, language.tag) : value;
  });
}

// What to tell the user about a failure: our own words where we have them, else the server's.
export function problemText(error: unknown): string {
  if (!(error instanceof Problem)) return t('error.internal');
  const key = `error.${error.code}`;
  const known = key in en ? t(key as TextKey) : t('error.internal');
  // Only the server knows what exactly was wrong with a request; it says so in English.
  const explain = error.code === 'bad_request' || !(key in en);
  return explain && error.detail ? `${known} ${error.detail}` : known;
}
