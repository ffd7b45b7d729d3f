import { moderate as de } from './de/moderate.ts';
import { moderate as en, type ModerateText } from './en/moderate.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of the page for moderators. */
export const useModerateText = (): ModerateText => useInLanguage(texts);
