import { expect, test } from 'vitest';
import { oneLine, showTime, showUser, toJson } from './print.ts';

test.each([
  ['plain', 'plain'],
  ['two\nlines\t and', 'two lines and'],
  ['\u001b[31mred\u0007', '\uFFFD[31mred\uFFFD'],
  ['\u202Ereversed', '\uFFFDreversed'],
  ['x'.repeat(101), `${'x'.repeat(100)}…`],
  ['\u{1f600}'.repeat(100), '\u{1f600}'.repeat(100)],
])('%j is shown as %j', (text, shown) => expect(oneLine(text)).toBe(shown));

test('JSON has no character that a terminal interprets', () => {
  const value = { text: 'Zoë\n\u001b[31m \u007f \u009b31m \u202Ereversed \u{1f600}' };
  const json = toJson(value);
  expect(json).toBe('{\n  "text": "Zoë\\n\\u001b[31m \\u007f \\u009b31m \\u202ereversed \u{1f600}"\n}');
  expect(JSON.parse(json)).toEqual(value);
});

test('users and times', () => {
  expect([showUser('', 'operator'), showUser('u1', 'Ada'), showUser('u1', null)]).toEqual([
    'the operator',
    'Ada (u1)',
    'u1',
  ]);
  expect(showTime(new Date(1_700_000_000_123))).toBe('2023-11-14 22:13:20');
});
