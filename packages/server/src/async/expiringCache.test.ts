import { expect, test } from 'vitest';
import { ExpiringCache } from './expiringCache.ts';

test('a value is cached for its own time', () => {
  let now = 0;
  const cache = new ExpiringCache<number>({ max: 10, now: () => now });
  cache.set('short', 1, 10);
  cache.set('long', 2, 20);
  now = 10;
  expect([cache.get('short'), cache.get('long'), cache.get('none')]).toEqual([undefined, 2, undefined]);
});

test('the number of values is bounded; the oldest is evicted, and expired ones when they are the oldest', () => {
  let now = 0;
  const cache = new ExpiringCache<number>({ max: 3, now: () => now });
  for (let i = 0; i < 100; i += 1) cache.set(`k${i}`, i, 10);
  expect(cache.size).toBe(3);
  cache.set('k97', 97, 10); // is now the newest
  cache.set('k100', 100, 10);
  expect(['k97', 'k98', 'k99', 'k100'].map((key) => cache.get(key))).toEqual([97, undefined, 99, 100]);
  now = 10;
  cache.set('next', 1, 10);
  expect(cache.size).toBe(1);
});
