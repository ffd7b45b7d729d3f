import { work as de } from './de/work.ts';
import { work as en, type WorkText } from './en/work.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of the proof of work. */
export const useWorkText = (): WorkText => useInLanguage(texts);
