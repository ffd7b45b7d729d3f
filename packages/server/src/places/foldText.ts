/** Letters that Unicode does not decompose, as people without them on their keyboard type them. */
const letters: Record<string, string> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ħ: 'h', ı: 'i', ə: 'e' },
};
const special = new RegExp(`[${Object.keys(letters).join('')}]`, 'g');
const separators = /[^\p{L}\p{N}]+/gu;

/** Removes case, diacritics and punctuation, so that `Łódź` and `lodz`, `St. Pauli` and `st pauli` are the same. */
export function foldText(text: string): string {
  const plain = text.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: most names have only ASCII characters, and need no more
  if (/^[\x00-\x7f]*$/.test(plain)) return plain.replace(/[^a-z0-9]+/g, ' ').trim();
  return plain
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(special, (letter) => letters[letter] ?? letter)
    .replace(separators, ' ')
    .trim();
}
