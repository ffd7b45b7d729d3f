import { useLanguage } from '../text/useText.ts';
import { type TimeWords, timeWords } from './time.ts';
import { useToday } from './today.ts';

/** How times are written in the page's language; as the user's country does, where the browser tells. */
export function useTimeWords(): TimeWords {
  const [language] = useLanguage();
  const today = useToday();
  return timeWords(navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language, today);
}
