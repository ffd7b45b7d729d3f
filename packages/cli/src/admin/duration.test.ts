import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, duration) => expect(parseDuration(text)).toBe(duration));

test.each(['', '5', '0h', '-1h', '1.5h', '2 h', 'h', '2w', '3651d', '99999999s'])('“%s” is refused', (text) => {
  expect(() => parseDuration(text)).toThrow('must be a duration');
});
