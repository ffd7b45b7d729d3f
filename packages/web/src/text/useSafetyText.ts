import { safety as de } from './de/safety.ts';
import { safety as en, type SafetyText } from './en/safety.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts about blocking and reporting. */
export const useSafetyText = (): SafetyText => useInLanguage(texts);
