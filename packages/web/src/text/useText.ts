import { useSyncExternalStore } from 'react';
import { stored } from '../app/stored.ts';
import { en, type Text } from './en.ts';

/** English comes with the page, the others when they are wanted. */
const loaders = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
} satisfies Record<string, () => Promise<Text>>;

export type Language = keyof typeof loaders;

/** The languages there are, by the names that they have for themselves. */
export const languages: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

const isLanguage = (value: unknown): value is Language => typeof value === 'string' && Object.hasOwn(loaders, value);

/** The language chosen on this page, else the first of the browser's that there is. */
const chosenLanguage = stored<Language>('earshot.language', (kept) => (isLanguage(kept) ? kept : preferred()));

function preferred(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** What is shown: what is wanted, once its texts are there. */
let shown: { language: Language; text: Text } = { language: 'en', text: en };
const listeners = new Set<() => void>();

async function showChosenLanguage(): Promise<void> {
  const language = chosenLanguage.get();
  const text = await loaders[language]();
  if (language !== chosenLanguage.get()) return;
  shown = { language, text };
  // For screen readers and hyphenation.
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** Gets the texts; await it before the first paint. Where they can't be got, the page speaks English. */
export async function prepareText(): Promise<void> {
  chosenLanguage.subscribe(() => void showChosenLanguage().catch(() => {}));
  await showChosenLanguage().catch(() => {});
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All texts, in the current language. */
export function useText(): Text {
  return useSyncExternalStore(subscribe, () => shown.text);
}

/** The current language, also for `Intl`, and how to choose another. */
export function useLanguage(): readonly [current: Language, choose: (next: Language) => void] {
  return [useSyncExternalStore(subscribe, () => shown.language), chosenLanguage.set];
}
