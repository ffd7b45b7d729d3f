import type { NamesText } from '../en/names.ts';

export const names: NamesText = {
  guest: 'Gast',
  lookalike: 'Sieht aus wie ein anderer Name hier',
  now: (name) => `jetzt ${name}`,
  was: (name) => `vorher ${name}`,
  renamed: (from, to) => `${from} heißt jetzt ${to}.`,
  unchecked: 'Dieser Server prüft nicht, wer die Leute sind: Jeder kann jeden Namen verwenden.',
};
