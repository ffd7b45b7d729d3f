import type { TokenText } from '../en/token.ts';

export const token: TokenText = {
  ends: (time) => `Dein Zugangsschlüssel gilt bis ${time}. Gib einen neuen ein, um angemeldet zu bleiben.`,
  enter: 'Neuen Schlüssel eingeben',
};
