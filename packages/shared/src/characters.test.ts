import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanParagraph, countChars, messageLength } from './characters.ts';
import { paragraphSchema } from './text.ts';

describe('countChars', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['\u{1f600}\u{1f600}', 2],
    ['e\u0301', 2],
  ])('%j has %i characters', (text, count) => expect(countChars(text)).toBe(count));
});

describe('messageLength', () => {
  test.each([
    ['', 0],
    ['  \u200b\n', 0],
    [' a b ', 3],
    ['one\ntwo', 7],
    ['\u{1f600}', 1],
  ])('%j has %i characters', (text, count) => expect(messageLength(text)).toBe(count));

  test('is at least the length of the message that the server stores', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'e', '\u0301', ' ', '\r', '\n', '\u0000', '\u200b', '\u{1f600}'),
    });
    fc.assert(
      fc.property(text, (content) => {
        const stored = paragraphSchema.safeParse(content);
        expect(messageLength(content)).toBeGreaterThanOrEqual(stored.success ? countChars(stored.data) : 0);
      }),
    );
  });
});

test('a paragraph has line feeds alone as line ends, no control characters, and no space around it', () => {
  expect(cleanParagraph(' one\r\ntwo\rthree\nfour\tfive\u0000\u0085\u007f \r\n')).toBe('one\ntwo\nthree\nfour\tfive');
});
