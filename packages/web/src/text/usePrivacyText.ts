import { privacy as de } from './de/privacy.ts';
import { privacy as en, type PrivacyText } from './en/privacy.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts about privacy and own data. */
export const usePrivacyText = (): PrivacyText => useInLanguage(texts);
