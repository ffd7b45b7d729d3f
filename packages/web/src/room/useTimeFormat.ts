import { useLanguage } from '../text/useText.ts';
import { type TimeFormat, timeFormat } from './timeFormat.ts';
import { useToday } from './today.ts';

/** Formats times in the page's language, with the conventions of the user's country if the browser reports it. */
export function useTimeFormat(): TimeFormat {
  const [language] = useLanguage();
  const today = useToday();
  return timeFormat(navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language, today);
}
