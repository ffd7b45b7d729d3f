import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlockedWords } from './blockedWords.ts';

function listOf(...entries: string[]): BlockedWords {
  const words = new BlockedWords();
  for (const entry of entries) words.add(entry.normalize('NFC'));
  return words;
}

const isIn = (text: string, ...entries: string[]) => listOf(...entries).isIn(text.normalize('NFC'));

describe('whole words', () => {
  test.each([
    ['Darn it', 'darn'],
    ['DARN!', 'darn'],
    ['“darn”', 'darn'],
    ['so_darn_hot', 'darn'],
    ['darn’s', 'darn'],
    ['oh, a heck - of a day', 'heck of a'],
    ['heck   of\na', 'heck of a'],
    ['I like C++.', 'c++'],
    ['cost: 100$', '100$'],
  ])('%j contains %j', (text, entry) => expect(isIn(text, entry)).toBe(true));

  test.each([
    ['darned', 'darn'],
    ['hotdarn', 'darn'],
    ['darn2', 'darn'],
    ['heck of', 'heck of a'],
    ['C', 'c++'],
    ['d a r n', 'darn'],
    ['', 'darn'],
  ])('%j does not contain %j', (text, entry) => expect(isIn(text, entry)).toBe(false));
});

describe('other forms of a word', () => {
  test.each([
    ['full width', 'ｄａｒｎ', 'darn'],
    ['fonts', '𝖉𝒶𝐫𝕟', 'darn'],
    ['circles', 'ⓓⓐⓡⓝ 🅳🅐', 'darn'],
    ['ligatures', 'oﬀ', 'off'],
    ['diacritics', 'dárñ', 'darn'],
    ['diacritics in the entry', 'cafe', 'café'],
    ['letters that do not decompose', 'Øl', 'ol'],
    ['several marks', 'd\u0336a\u0336r\u0336n\u0336', 'darn'],
    ['zero-width characters', 'd\u200ba\u2060r\u00adn\ufeff', 'darn'],
    ['sharp s', 'STRASSE', 'straße'],
    ['final sigma', 'ΛΟΓΟΣ', 'λόγος'],
    ['dotless i', 'dıng', 'ding'],
    ['Hebrew points', 'שָׁלוֹם', 'שלום'],
    ['Arabic vowels and tatweel', 'مَرْحـــبا', 'مرحبا'],
    ['Korean', '바보 아니야', '바보'],
    ['half-width katakana', 'ﾊﾞｶ', 'ハ\u3099カ'],
    ['a Cyrillic letter in a Latin word', 'd\u0430rn', 'darn'],
    ['a Latin letter in a Cyrillic word', 'дурa\u043a', 'дурак'],
  ])('%s', (_, text, entry) => expect(isIn(text, entry)).toBe(true));

  test('a word wholly in one script does not match its lookalike in another', () => {
    expect(isIn('сор', 'cop')).toBe(false);
    expect(isIn('cop', 'сор')).toBe(false);
    expect(isIn('д\u0430рн cop', 'сор')).toBe(false);
  });

  test('marks that distinguish words are compared', () => {
    expect(isIn('мои', 'мой')).toBe(false);
    expect(isIn('カラス', 'ガラス')).toBe(false);
    expect(isIn('कि', 'का')).toBe(false);
  });
});

describe('scripts without spaces, and symbols', () => {
  test.each([
    ['你是笨蛋吗', '笨蛋'],
    ['你是笨 蛋吗', '笨蛋'],
    ['この馬鹿め', '馬鹿'],
    ['คนโง่มาก', 'โง่'],
    ['是darn吗', 'darn'],
    ['no 🖕🏽!', '🖕'],
    ['ok🖕ok', '🖕'],
  ])('%j contains %j', (text, entry) => expect(isIn(text, entry)).toBe(true));

  test('a mark belongs to its letter', () => expect(isIn('โง่', 'โง')).toBe(false));
});

describe('masking', () => {
  test.each([
    ['a Darn, darn day', ['darn'], 'a ••••, •••• day'],
    ['heck - of!', ['heck of'], '•••• - ••!'],
    ['heck of a', ['heck', 'heck of a'], '•••• •• •'],
    ['你是笨蛋吗', ['笨蛋'], '你是••吗'],
    ['😀 𝖉𝒶𝐫𝕟 😀', ['darn'], '😀 •••• 😀'],
    ['fine', ['darn'], 'fine'],
  ])('%j', (text, entries, masked) => expect(listOf(...entries).mask(text)).toBe(masked));

  test('a masked text has the same number of characters, and no entry', () => {
    const words = listOf('a', 'b c', 'é', '笨蛋', 'дa', '🖕');
    const text = fc.string({ unit: fc.constantFrom(...'aAbc eé.笨蛋дa🖕\u200b\u0301x'), maxLength: 40 });
    fc.assert(
      fc.property(text, (raw) => {
        const source = raw.normalize('NFC');
        const masked = words.mask(source);
        expect([...masked]).toHaveLength([...source].length);
        expect(words.isIn(masked)).toBe(false);
        expect(masked === source).toBe(!words.isIn(source));
      }),
    );
  });
});

/** Milliseconds of this thread's CPU time that the fastest of some runs took. */
function fastest(run: () => void): number {
  const times = Array.from({ length: 20 }, () => {
    const start = process.threadCpuUsage();
    run();
    return process.threadCpuUsage(start).user / 1_000;
  });
  return Math.min(...times);
}

test.each([
  ['plain text', 'nothing to see here, move on. '],
  ['letters', 'a'],
  ['beginnings of an entry', 'b b '],
  ['ideographs', '你是好人吗今天'],
  ['mixed scripts', 'пpивeт '],
])('the time for 4,000 characters with 10,000 entries: %s', (_, unit) => {
  const words = new BlockedWords();
  for (let index = 0; index < 10_000; index += 1) words.add(`word${index.toString(36)}`);
  for (let length = 2; length < 32; length += 1) words.add(`${'b '.repeat(length)}c`);
  const text = unit.repeat(4_000 / unit.length).normalize('NFC');
  expect(words.isIn(text)).toBe(false);
  expect(fastest(() => words.isIn(text))).toBeLessThan(5); // about 0.1 to 0.5 when compiled, more while it is not
});
