import { token as de } from './de/token.ts';
import { token as en, type TokenText } from './en/token.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts about the end of an access token. */
export const useTokenText = (): TokenText => useInLanguage(texts);
