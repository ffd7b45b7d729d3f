import { useSyncExternalStore } from 'react';
import { stored } from '../lib/stored.ts';
import { en, type Text } from './en.ts';

/** English is bundled with the page; other languages are loaded on demand. */
const loaders = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
} satisfies Record<string, () => Promise<Text>>;

export type Language = keyof typeof loaders;

/** The available languages, each by its own name. */
export const languages: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

const isLanguage = (value: unknown): value is Language => typeof value === 'string' && Object.hasOwn(loaders, value);

/** The language chosen on this page, else the first available one of the browser's languages. */
const chosenLanguage = stored<Language>('earshot.language', (value) => (isLanguage(value) ? value : preferred()));

function preferred(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** The language shown: the chosen one, as soon as its texts are loaded. */
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

/** Loads the texts; await it before the first paint. If they can't be loaded, the page is in English. */
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

/** The current language, also for `Intl`, and the function that changes it. */
export function useLanguage(): readonly [current: Language, choose: (next: Language) => void] {
  return [useSyncExternalStore(subscribe, () => shown.language), chosenLanguage.set];
}

/** The current language, with the conventions of the user's country if the browser reports it, for `Intl`. */
export function locale(): string {
  const { language } = shown;
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

/** Like `useText`, for texts that a part of the page loads with itself, in all languages, because they are few. */
export function useInLanguage<Part>(texts: Record<Language, Part>): Part {
  const [language] = useLanguage();
  return texts[language];
}
