import { expect, test } from 'vitest';
import { LatestEntries } from './latestEntries.ts';

test('keeps the entries that were added last', () => {
  const entries = new LatestEntries<string, number>(2);
  for (const [i, key] of ['a', 'b', 'b', 'c'].entries()) entries.set(key, i);
  expect(['a', 'b', 'c'].map((key) => entries.get(key))).toEqual([undefined, 2, 3]);
});
