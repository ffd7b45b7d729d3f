import { locale, useLanguage } from '../text/useText.ts';
import { type TimeFormat, timeFormat } from './timeFormat.ts';
import { useToday } from './today.ts';

/** Formats times in the page's language, with the conventions of the user's country if the browser reports it. */
export function useTimeFormat(): TimeFormat {
  useLanguage(); // `locale` depends on it
  const today = useToday();
  return timeFormat(locale(), today);
}
