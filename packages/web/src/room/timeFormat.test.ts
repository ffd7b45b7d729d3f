import { expect, test } from 'vitest';
import { timeFormat } from './timeFormat.ts';

const now = new Date(2026, 2, 10, 0, 5);
const day = (language: string, at: Date) => timeFormat(language).day(at, now);

test('days are counted by midnights in the user’s time zone, not by hours', () => {
  expect(day('en', new Date(2026, 2, 10, 0, 1))).toBe('Today');
  expect(day('en', new Date(2026, 2, 9, 23, 59))).toBe('Yesterday');
  expect(day('en', new Date(2026, 2, 8, 23, 59))).toBe('Sunday, March 8');
  expect(day('en', new Date(2025, 2, 8))).toBe('March 8, 2025');
});

test('days are named in the given language', () => {
  expect(day('de', now)).toBe('Heute');
  expect(day('de', new Date(2026, 2, 8))).toBe('Sonntag, 8. März');
  expect(timeFormat('de').clock(new Date(2026, 2, 8, 14, 5))).toBe('14:05');
});

test('a day in the future, from a server clock that is ahead, is shown by its date', () => {
  expect(day('en', new Date(2026, 2, 11, 0, 1))).toBe('Wednesday, March 11');
});
