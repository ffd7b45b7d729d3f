/**
 * How a character takes part in the comparison with blocked words:
 * - `word`: a letter or digit of a script that puts spaces between words.
 * - `unspaced`: a letter of a script without spaces between words, which is a word of its own here.
 * - `mark`: belongs to the character before it.
 * - `symbol`: an emoji or another symbol, which is a word of its own here.
 * - `separator`: white space or punctuation.
 * - `ignored`: has no effect, as if it were not there.
 */
export type CharacterKind = 'word' | 'unspaced' | 'mark' | 'symbol' | 'separator' | 'ignored';

export interface FoldedCharacter {
  readonly kind: CharacterKind;
  /** The form that is compared; empty for `separator` and `ignored`. */
  readonly text: string;
}

/** Replaces the letters of blocked words. A symbol, so that the words around a masked word are not next to each other. */
export const maskCharacter = '•';

const ignored: FoldedCharacter = { kind: 'ignored', text: '' };
const separator: FoldedCharacter = { kind: 'separator', text: '' };

/** Maximum number of characters whose folded forms are cached; Unicode 17 has fewer. */
const cachedMax = 200_000;
const cache = new Map<string, FoldedCharacter>();

/** Folds one character (code point) of a text in NFC: its case, width, font and diacritics don't matter. */
export function foldCharacter(character: string): FoldedCharacter {
  const known = cache.get(character);
  if (known !== undefined) return known;
  const folded = fold(character);
  if (cache.size < cachedMax) cache.set(character, folded);
  return folded;
}

const skinTones = '\\u{1f3fb}-\\u{1f3ff}';
const tatweel = '\\u0640';
const invisible = new RegExp(`^[\\p{Default_Ignorable_Code_Point}\\p{Cf}${skinTones}${tatweel}]$`, 'u');
/** White space, controls, punctuation, the blank Braille pattern, and code points without a character. */
const separators = /^[\s\p{Cc}\p{P}\p{Cn}\p{Co}\u2800]$/u;

// Diacritics of Latin, Greek and Cyrillic; the vowel points of Hebrew and Arabic. In other scripts, marks distinguish words. The
// breve of the Cyrillic й is kept, because й and и are different letters.
const diacritics = new RegExp(
  [
    '(?<!и)[\\u0300-\\u036f\\u0483-\\u0487\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]',
    '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]',
    '[\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e8\\u06ea-\\u06ed]',
  ].join('|'),
  'gu',
);
/** Letters with a diacritic that Unicode does not decompose. */
const undecomposed: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ŧ: 't', æ: 'ae', œ: 'oe' };

const unspacedScripts = [
  ...['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Thai', 'Lao', 'Khmer', 'Myanmar'],
  ...['Javanese', 'Balinese', 'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet'],
];
const unspaced = new RegExp(`[${unspacedScripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]`, 'u');

/** Ideographs and Korean syllables, which fold to themselves: most of the characters there are. */
const unchanged = /^(?:([\u4e00-\u9fff\u{20000}-\u{2f7ff}])|[\uac00-\ud7a3])$/u;

function fold(character: string): FoldedCharacter {
  const plain = unchanged.exec(character);
  if (plain !== null) return { kind: plain[1] === undefined ? 'word' : 'unspaced', text: character };
  if (invisible.test(character)) return ignored;
  if (character === maskCharacter) return { kind: 'symbol', text: character };
  if (separators.test(character)) return separator;
  const text = baseForm(plainLetter(character).normalize('NFKC'));
  if (text === '') return ignored;
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '');
  if (letters !== '') return { kind: unspaced.test(letters) ? 'unspaced' : 'word', text: letters };
  if (/^\p{M}/u.test(text)) return { kind: 'mark', text };
  return /\p{S}/u.test(text) ? { kind: 'symbol', text } : separator;
}

/** The lower-case form without diacritics. Upper case first: it also unites `ß` and `ss`, and the two forms of the Greek sigma. */
function baseForm(text: string): string {
  const lower = text.toUpperCase().toLowerCase();
  const bare = lower.normalize('NFD').replace(diacritics, '').normalize('NFC');
  return undecomposed[bare] ?? bare;
}

/** White letters in black circles and squares, which have no compatibility form: 🅐 and 🅰. */
function plainLetter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  for (const first of [0x1f150, 0x1f170]) {
    if (code >= first && code < first + 26) return String.fromCharCode(0x61 + code - first);
  }
  return character;
}
