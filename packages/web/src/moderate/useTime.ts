import { useLanguage } from '../text/useText.ts';

/** Formats a time with its date, in the language of the page. */
export function useTime(): (time: Date) => string {
  const [language] = useLanguage();
  return (time) => time.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}
