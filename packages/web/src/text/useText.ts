import { stored, useStored } from '../app/stored.ts';
import { de } from './de.ts';
import { en, type Text } from './en.ts';

const texts = { en, de } satisfies Record<string, Text>;

export type Language = keyof typeof texts;

/** The languages there are, by the names that they have for themselves. */
export const languages: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

const isLanguage = (value: unknown): value is Language => typeof value === 'string' && Object.hasOwn(texts, value);

/** The language chosen on this page, else the first of the browser's that there is. */
const language = stored<Language>('earshot.language', (kept) => (isLanguage(kept) ? kept : preferred()));

function preferred(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** All texts, in the current language. */
export function useText(): Text {
  return texts[useStored(language)];
}

/** The current language, also for `Intl`, and how to choose another. */
export function useLanguage(): readonly [current: Language, choose: (next: Language) => void] {
  return [useStored(language), language.set];
}

/** Keeps `<html lang>` true, for screen readers and hyphenation. */
export function labelDocument(): void {
  const label = () => {
    document.documentElement.lang = language.get();
  };
  language.subscribe(label);
  label();
}
