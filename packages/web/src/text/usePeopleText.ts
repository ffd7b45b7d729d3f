import { people as de } from './de/people.ts';
import { people as en, type PeopleText } from './en/people.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts for finding users. */
export const usePeopleText = (): PeopleText => useInLanguage(texts);
