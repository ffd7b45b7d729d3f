import { expect, test } from 'vitest';
import { TtlCache } from './ttlCache.ts';

function setUp(max = 3) {
  const clock = { now: 0 };
  const cache = new TtlCache<number>({ ttlMs: 1_000, max, now: () => clock.now });
  let computed = 0;
  const compute = async () => {
    computed += 1;
    return computed;
  };
  return { cache, clock, compute, computed: () => computed };
}

test('requests at the same time, and for a second after, share one computation', async () => {
  const { cache, clock, compute, computed } = setUp();
  expect(await Promise.all(Array.from({ length: 420 }, () => cache.get('a', compute)))).toEqual(Array(420).fill(1));
  clock.now = 999;
  expect(await cache.get('a', compute)).toBe(1);
  clock.now = 1_000;
  expect(await cache.get('a', compute)).toBe(2);
  expect(computed()).toBe(2);
});

test('a computation that takes longer than a second is still shared', async () => {
  const { cache, clock } = setUp();
  const slow = Promise.withResolvers<number>();
  const first = cache.get('a', () => slow.promise);
  clock.now = 5_000;
  const second = cache.get('a', async () => 2);
  slow.resolve(1);
  expect(await Promise.all([first, second])).toEqual([1, 1]);
});

test('a computation that began too early is not shared, and the next one is', async () => {
  const { cache, clock, compute } = setUp();
  expect(await cache.get('a', compute)).toBe(1);
  clock.now = 10;
  expect(await Promise.all(Array.from({ length: 20 }, () => cache.get('a', compute, 5)))).toEqual(Array(20).fill(2));
  expect(await cache.get('a', compute, 10)).toBe(2);
  expect(await cache.get('a', compute, 11)).toBe(3);
});

test('a failure is not cached', async () => {
  const { cache, compute } = setUp();
  const failing = () => Promise.reject(new Error('not now'));
  await expect(Promise.all([cache.get('a', failing), cache.get('a', compute)])).rejects.toThrow('not now');
  expect(await cache.get('a', compute)).toBe(1);
});

test('the number of entries is bounded', async () => {
  const { cache, clock, compute, computed } = setUp(3);
  for (let key = 0; key < 1_000; key += 1) {
    await cache.get(`${key}`, compute);
    expect(cache.size).toBeLessThanOrEqual(3);
  }
  await cache.get('999', compute);
  expect(computed()).toBe(1_000);
  clock.now = 1_000;
  await cache.get('other', compute);
  expect(cache.size).toBe(1);
});

test('cleared answers are computed again, even when in progress', async () => {
  const { cache, compute } = setUp();
  const first = cache.get('a', compute);
  cache.clear();
  expect(await Promise.all([first, cache.get('a', compute)])).toEqual([1, 2]);
});
