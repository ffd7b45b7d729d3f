// Characters without a visible shape: code points that renderers ignore, white space, controls and format
// characters, and those that Unicode defines as blank: Braille blank, musical null notehead, Khitan filler, Egyptian
// blanks.
const blanks = '\\u2800\\u{1d159}\\u{16fe4}\\u{13441}\\u{13442}';
const invisible = `\\s\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}${blanks}`;
const visible = new RegExp(`[^${invisible}]`, 'u');
// A combining mark is not visible by itself: it needs a base character.
const base = new RegExp(`[^${invisible}\\p{M}]`, 'u');
const spaces = new RegExp(`[\\s${blanks}]`, 'gu');

/** Whether the text has a visible character. */
export function hasVisibleText(text: string): boolean {
  return visible.test(text);
}

/** Whether the text can be a name: it has a visible character that is not a combining mark. */
export function hasVisibleName(text: string): boolean {
  return base.test(text);
}

/** Replaces each blank character by a space. */
export function plainSpaces(text: string): string {
  return text.replace(spaces, ' ');
}

// Text without these characters is in normal form.
const mayChange = /[\u0300-\u{10ffff}]/u;
const marksPerLetter = 30;
const surplusMarks = new RegExp(`(\\p{M}{${marksPerLetter}})\\p{M}+`, 'gu');

/**
 * Converts the text to NFC. After 30 combining marks in a row, further ones are removed, as in the Stream-Safe Text Format of
 * UAX #15: no language uses as many, and the time to sort them grows with the square of their number.
 */
export function normalized(text: string): string {
  if (!mayChange.test(text)) return text;
  return text.replace(surplusMarks, '$1').normalize('NFC');
}

// Invisible code points that change the appearance of a name, each next to the characters it affects.
const viramas =
  '\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u0e3a\\u0f84\\u1039\\u17d2\\u1b44\\ua8c4\\ua953\\ua9c0';
const cursive = ['Arabic', 'Syriac', 'Nko', 'Mandaic', 'Mongolian', 'Adlam'].map((s) => `\\p{Script=${s}}`).join('');
const needed = [
  '\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}', // the flag of a region
  '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]', // an emoji as text or as a picture
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)', // a keycap
  '(?<=\\p{Extended_Pictographic}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?)\\u200d(?=\\p{Extended_Pictographic})', // joined emoji
  '(?<=\\p{Ideographic})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]', // a variant of an ideograph
  '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]', // a variant of a Mongolian letter
  // Conjuncts of Indic scripts. Marks may be in between, because NFC sorts them.
  `(?<=[${viramas}]\\p{M}{0,${marksPerLetter}})[\\u200c\\u200d]`,
  `(?<=\\p{L})\\u200d(?=[${viramas}])`,
  `(?<=[${cursive}]\\p{M}{0,${marksPerLetter}})\\u200c(?=[${cursive}])`, // letters that don't join
];
// U+FFF9 to U+FFFB start, separate and end an annotation, and are invisible too.
const ignorable = new RegExp(`(${needed.join('|')})|[\\p{Default_Ignorable_Code_Point}\\ufff9-\\ufffb]`, 'gu');

/** Removes invisible code points, except where emoji or a script need them. */
export function withoutIgnorables(text: string): string {
  return text.replace(ignorable, (_, kept: string | undefined) => kept ?? '');
}
