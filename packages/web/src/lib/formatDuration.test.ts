import { expect, test } from 'vitest';
import { formatDuration } from './formatDuration.ts';

const minute = 60_000;

test.each([
  [1_500, 'en', '1.5 seconds'],
  [90_000, 'en', '90 seconds'],
  [minute, 'de', '1 Minute'],
  [90 * minute, 'de', '90 Minuten'],
  [60 * minute, 'en', '1 hour'],
  [36 * 60 * minute, 'en', '36 hours'],
  [24 * 60 * minute, 'de', '1 Tag'],
  [30 * 24 * 60 * minute, 'de', '30 Tage'],
])('%i ms in %s is %s', (ms, language, text) => {
  expect(formatDuration(ms, language)).toBe(text);
});
