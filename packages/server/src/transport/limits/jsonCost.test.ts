import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCostlyToParse } from './jsonCost.ts';

const chars = 320_000;
const padding = JSON.stringify('x'.repeat(17_000));
const nested = (depth: number) => `[${padding},${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}]`;

describe('JSON that takes long to parse', () => {
  test.each([
    ['nested lists', '['.repeat(chars / 2) + ']'.repeat(chars / 2)],
    ['nested objects', '{"":'.repeat(chars / 4)],
    ['objects that all differ', `[${Array.from({ length: chars / 12 }, (_, n) => `{"k${n}":1}`).join()}]`],
    ['many fields', `{${Array.from({ length: chars / 12 }, (_, n) => `"k${n}":1`).join()}}`],
    ['many elements', `[${'0,'.repeat(chars / 2)}0]`],
    ['65 levels', nested(65)],
    ['brackets after a string with escapes', `["\\\\","\\"",${padding},${'['.repeat(100)}`],
  ])('costly: %s', (_name, text) => expect(isCostlyToParse(text)).toBe(true));

  test.each([
    ['a long text', JSON.stringify({ content: 'x'.repeat(chars) })],
    ['a text of brackets and escapes', JSON.stringify({ content: '[{,:"\\\n'.repeat(chars / 8) })],
    ['64 levels', nested(64)],
    ['a short text', '['.repeat(1_000)],
    ['an empty text', ''],
  ])('not costly: %s', (_name, text) => expect(isCostlyToParse(text)).toBe(false));

  test('not costly: a frame of 500 calls, or of as many as are allowed', () => {
    const params = { path: 'messages.history', input: { json: { roomId: 'x'.repeat(24), before: 5, limit: 50 } } };
    const frame = (calls: number) =>
      JSON.stringify(Array.from({ length: calls }, (_, id) => ({ id, jsonrpc: '2.0', method: 'query', params })));
    expect(isCostlyToParse(frame(500))).toBe(false);
    expect(isCostlyToParse(frame(2_000))).toBe(true);
    expect(isCostlyToParse(frame(2_000), 2_000 * 40)).toBe(false);
  });
});

test('symbols in strings don’t count', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ',', 'x') });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 50 }), (texts) => {
      const json = JSON.stringify([...texts, padding]);
      // One for each comma and one for the bracket; the padding is a string in a string.
      expect(isCostlyToParse(json, 20_000)).toBe(false);
    }),
  );
});
