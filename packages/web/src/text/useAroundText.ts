import { around as de } from './de/around.ts';
import { type AroundText, around as en } from './en/around.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of the messages around the user. */
export const useAroundText = (): AroundText => useInLanguage(texts);
