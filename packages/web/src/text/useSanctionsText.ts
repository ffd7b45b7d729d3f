import { sanctions as de } from './de/sanctions.ts';
import { sanctions as en, type SanctionsText } from './en/sanctions.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of sanctions on the page for moderators. */
export const useSanctionsText = (): SanctionsText => useInLanguage(texts);
