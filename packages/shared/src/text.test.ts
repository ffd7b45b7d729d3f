import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countChars } from './characters.ts';
import { identifierSchema, lineSchema, paragraphSchema } from './text.ts';

/** Arbitrary text, and text of a few kinds of characters, so that the specially treated ones often occur together. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '\u{1f600}',
      ' ',
      '\t',
      '\n',
      '\r',
      '\u0000',
      '\u0085',
      '\u2028',
      '\u202e',
      '\u200b',
      '\u00a0',
      '\u2800',
      '\u034f',
      '\u0301',
      '\u0323',
      '\u0915',
      '\u094d',
      '\u200c',
      '\u200d',
      '\ufe0f',
      '\u{1f3f4}',
      '\u{e0067}',
      '\u{e007f}',
    ),
  }),
);

describe('paragraphSchema', () => {
  test.each([
    ['  hello  ', 'hello'],
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['a\tb\n\nc', 'a\tb\n\nc'],
    ['bell\u0007 and \u009bCSI', 'bell and CSI'],
    ['\u0000 x \u0000', 'x'],
    ['שלום \u202eabc', 'שלום \u202eabc'],
    ['Zoe\u0308', 'Zoë'],
    ['a\u200bb \u2800 c', 'a\u200bb \u2800 c'],
    [`z${'\u0335'.repeat(500)}`, `z${'\u0335'.repeat(30)}`],
  ])('%j becomes %j', (text, expected) => expect(paragraphSchema.parse(text)).toBe(expected));

  test.each([
    '',
    '   ',
    '\n\t\r\n',
    '\u0000\u0001',
    '\u200b\u200b',
    '\u2060 \u00ad',
    '\u3164',
    '\u2800',
    '\u2800\n\u{1d159}',
    '\ufff9',
    '\u{13441}',
  ])('%j is invisible and rejected', (text) => expect(paragraphSchema.safeParse(text).success).toBe(false));

  test.each(['a\ud800b', '\udc00'])('a lone surrogate is rejected: %j', (text) =>
    expect(paragraphSchema.safeParse(text).success).toBe(false),
  );

  test('its output is clean, and unchanged by a second pass', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const first = paragraphSchema.safeParse(text);
        if (!first.success) return;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
        expect(first.data).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|^\s|\s$/);
        expect(first.data.isWellFormed()).toBe(true);
        expect(paragraphSchema.parse(first.data)).toBe(first.data);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('lineSchema', () => {
  test.each([
    ['  Ann   Lee ', 'Ann Lee'],
    ['Ann\r\n\tLee', 'Ann Lee'],
    ['Ann \u0007 Lee', 'Ann Lee'],
    ['\u202eeve', 'eve'],
    ['a \u200e b', 'a b'],
    ['\u{1f469}\u200d\u{1f680}', '\u{1f469}\u200d\u{1f680}'],
    ['Zoe\u0308', 'Zoë'],
    ['Ada\u200b', 'Ada'],
    ['A\u200dd\u00ada\ufe0f', 'Ada'],
    ['\u2800Ada\u3164 \u2800 L.', 'Ada L.'],
    ['e\u034f\u0301', 'é'],
    ['Ada\u{e0041}\u{e007f}', 'Ada'],
    ['\ufff9A\ufffada\ufffb', 'Ada'],
  ])('%j becomes %j', (text, expected) => expect(lineSchema(40).parse(text)).toBe(expected));

  test.each([
    ['a heart as a picture', '\u2764\ufe0f'],
    ['a family with skin tones', '\u{1f469}\u{1f3fd}\u200d\u{1f467}\u{1f3fb}'],
    ['a joined emoji with a variation selector', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
    ['a keycap', '7\ufe0f\u20e3'],
    ['the flag of Scotland', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['Persian with a non-joiner', 'می\u200cخواهم'],
    ['Hindi with a half form', 'क्\u200dष'],
    ['Bengali with a ya-phalaa', 'র\u200d্য'],
    ['Sinhala', 'ශ්\u200dරී'],
    ['Mongolian with a vowel separator', 'ᠠ\u180eᠠ'],
    ['a Japanese name with a variant of an ideograph', '葛\u{e0100}城'],
  ])('keeps %s', (_, text) => expect(lineSchema(40).parse(text)).toBe(text));

  test('counts characters after cleaning, and an emoji as one', () => {
    expect(lineSchema(3).safeParse(' \u{1f600}\u{1f600}\u{1f600}\u0000 ').success).toBe(true);
    expect(lineSchema(3).safeParse('\u{1f600}\u{1f600}\u{1f600}.').success).toBe(false);
  });

  test.each(['', ' \n ', '\u202e', '\u200b', '\u2063\u2064', '\u2800', '\u3164 \uffa0', '\u0301', '\ud83d'])(
    '%j is rejected',
    (text) => expect(lineSchema(40).safeParse(text).success).toBe(false),
  );

  test('its output is one clean line, and unchanged by a second pass', () => {
    const schema = lineSchema(10);
    fc.assert(
      fc.property(anyText, (text) => {
        const first = schema.safeParse(text);
        if (!first.success) return;
        expect(first.data).not.toMatch(/[^\S ]| {2}|^ | $|[\u202a-\u202e\u2066-\u2069]/);
        expect(countChars(first.data)).toBeLessThanOrEqual(10);
        expect(schema.parse(first.data)).toBe(first.data);
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  ['marks to be sorted', 'a\u0315\u0300', 21_000],
  ['joiners', 'क\u200d', 21_000],
  ['marks and joiners', '\u094d\u0301\u200c', 21_000],
  ['flags', '\u{1f3f4}\u{e0067}\u{e0067}', 5_000],
  ['blanks', '\u2800\u200b ', 21_000],
])('a whole frame of %s is read in time that grows with its length', (_, unit, times) => {
  const read = (text: string) => {
    const start = process.cpuUsage(); // other processes may use the processor meanwhile
    lineSchema(40).safeParse(text);
    paragraphSchema.safeParse(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  read(unit.repeat(100));
  expect(read(`a${unit.repeat(times)}`)).toBeLessThan(150);
  expect(read(`a${[...unit].map((char) => char.repeat(times)).join('')}`)).toBeLessThan(150);
});

describe('identifierSchema', () => {
  test.each(['a', ' spaced ', '40.7128_-74.0060', '{"$gt":""}', '__proto__', '\u{1f600}'])(
    '%j is kept unchanged',
    (id) => expect(identifierSchema(20).parse(id)).toBe(id),
  );

  test.each(['', 'a\nb', 'a\tb', 'a\u0000', '\u009b', 'x\ud800', 'x'.repeat(21)])('%j is rejected', (id) =>
    expect(identifierSchema(20).safeParse(id).success).toBe(false),
  );

  test.each([null, 7, {}, { $gt: '' }])('%j is not text and is rejected', (id) =>
    expect(identifierSchema(20).safeParse(id).success).toBe(false),
  );
});
