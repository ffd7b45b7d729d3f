import { suggestion as de } from './de/suggestion.ts';
import { suggestion as en, type SuggestionText } from './en/suggestion.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of the suggestion to change the room. */
export const useSuggestionText = (): SuggestionText => useInLanguage(texts);
