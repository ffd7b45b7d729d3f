import { names as de } from './de/names.ts';
import { names as en, type NamesText } from './en/names.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts about the names of users in a room. */
export const useNamesText = (): NamesText => useInLanguage(texts);
