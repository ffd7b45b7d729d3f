import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { debtBursts, type RecentUse, type SharedBuckets } from '../../packages/server/src/limits/limits.ts';
import { openClusterBuckets, openLocalBuckets, openRedisBuckets } from '../resources/buckets.ts';
import type { Pair } from '../resources/pairs.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const drivers: { driver: string; open: () => Pair<SharedBuckets> }[] = [
  { driver: 'local', open: openLocalBuckets },
  { driver: 'redis', open: () => openRedisBuckets(inject('redisUrl')) },
  { driver: 'redis cluster', open: () => openClusterBuckets(cluster) },
];

/** So slow that nothing is refilled during a test. */
const slow = { rate: 0.000_1, burst: 20 };
const near = (tokens: number) => expect.closeTo(tokens, 1);

describe.each(drivers)('limits: $driver', ({ open }) => {
  test('instances take from the same buckets', async () => {
    await using pair = open();
    expect(await pair.a.take([{ bucket: 'ada', ...slow, taken: 3 }])).toEqual([near(17)]);
    expect(await pair.b.take([{ bucket: 'ada', ...slow, taken: 10 }])).toEqual([near(7)]);
    expect(await pair.a.take([{ bucket: 'ada', ...slow, taken: 0 }])).toEqual([near(7)]);
    expect(await pair.b.take([{ bucket: 'bob', ...slow, taken: 0 }])).toEqual([20]);
  });

  test('the answers have the order of the usages, whichever buckets they are', async () => {
    await using pair = open();
    const usages = Array.from({ length: 300 }, (_, n) => ({
      bucket: `user ${n}`,
      rate: 0.000_1,
      burst: 1_000,
      taken: n,
    }));
    expect(await pair.a.take(usages)).toEqual(usages.map(({ taken }) => near(1_000 - taken)));
    expect(await pair.b.take(usages.toReversed())).toEqual(
      usages.map(({ taken }) => near(1_000 - 2 * taken)).reverse(),
    );
    expect(await pair.a.take([])).toEqual([]);
  });

  test('tokens taken at once on both instances become a debt, up to a bound', async () => {
    await using pair = open();
    const usage = { bucket: 'ada', ...slow, taken: 20 };
    await Promise.all([pair.a.take([usage]), pair.b.take([usage])]);
    expect(await pair.a.take([{ ...usage, taken: 0 }])).toEqual([near(-20)]);
    await pair.a.take([{ ...usage, taken: 1_000_000 }]);
    expect(await pair.b.take([{ ...usage, taken: 0 }])).toEqual([near(-debtBursts * 20)]);
  });

  test('returned tokens are there again, never more than a burst', async () => {
    await using pair = open();
    await pair.a.take([{ bucket: 'ada', ...slow, taken: 5 }]);
    expect(await pair.b.take([{ bucket: 'ada', ...slow, taken: -2 }])).toEqual([near(17)]);
    expect(await pair.b.take([{ bucket: 'ada', ...slow, taken: -100 }])).toEqual([20]);
  });

  test('a bucket refills at its rate', async () => {
    await using pair = open();
    const fast = { bucket: 'ada', rate: 100, burst: 10 };
    const [left = 0] = await pair.a.take([{ ...fast, taken: 30 }]);
    expect(left).toBeCloseTo(-20, 1);
    const take = async () => (await pair.b.take([{ ...fast, taken: 0 }]))[0];
    await expect.poll(take).toBeGreaterThan(-15);
    await expect.poll(take).toBe(10);
  });

  test('any text is an id', async () => {
    await using pair = open();
    const ids = ['__proto__', '{x}', 'a:b', 'a', '', ' ', '\u0000', '\ud83d', '👩‍👩‍👧', 'x'.repeat(10_000)];
    const usages = ids.map((bucket, n) => ({ bucket, ...slow, taken: n }));
    await pair.a.take(usages);
    const left = await pair.b.take(ids.map((bucket) => ({ bucket, ...slow, taken: 0 })));
    expect(left).toEqual(usages.map(({ taken }) => near(20 - taken)));
  });
});

describe.each(drivers.slice(1))('recently used values: $driver', ({ open }) => {
  const noted = (values: string[], fields: Partial<RecentUse> = {}): RecentUse => ({
    ...{ set: 'eve', values, windowMs: 600_000, max: 3 },
    ...fields,
  });

  test('instances share the sets; a full one refuses another value until the oldest one expires', async () => {
    await using pair = open();
    const [a, b] = [pair.a.recents, pair.b.recents];
    for (const value of ['one', 'two', 'one']) expect(await a?.use(noted([value]))).toBe(0);
    expect(await b?.use(noted(['three']))).toBe(0);
    const waitMs = await b?.use(noted(['four']));
    expect(waitMs).toBeGreaterThan(590_000);
    expect(waitMs).toBeLessThanOrEqual(600_000);
    expect(await a?.use(noted(['two']))).toBe(0);
    expect(await a?.use(noted(['four'], { set: 'ada' }))).toBe(0);
    expect(await a?.use(noted(['four'], { max: 4 }))).toBe(0);
    await expect.poll(() => b?.use(noted(['five'], { windowMs: 50 }))).toBe(0);
  });

  test('all values but the last are noted beyond the maximum', async () => {
    await using pair = open();
    const [a, b] = [pair.a.recents, pair.b.recents];
    expect(await a?.use(noted(['one', 'two', 'three', 'four', 'five']))).toBeGreaterThan(0);
    expect(await b?.use(noted(['four']))).toBe(0);
    expect(await b?.use(noted(['five']))).toBeGreaterThan(0);
  });

  test('any text is a value', async () => {
    await using pair = open();
    const values = ['', '__proto__', '{x}', '\u0000', '\ud83d', 'x'.repeat(10_000)];
    expect(await pair.a.recents?.use(noted(values, { max: values.length }))).toBe(0);
    for (const value of values) expect(await pair.b.recents?.use(noted([value], { max: 0 }))).toBe(0);
  });
});
