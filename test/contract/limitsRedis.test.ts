import { describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { openClusterBuckets, openRedisBuckets } from '../resources/buckets.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { startRedis } from '../services/redis.ts';
import { startRedisCluster } from '../services/redisCluster.ts';

const usage = { bucket: 'sends:user:ada', rate: 0.01, burst: 20, taken: 5 };
const many = Array.from({ length: 100 }, (_, n) => ({ ...usage, bucket: `sends:user:${n}` }));

describe('limits: redis', () => {
  test('keys name no user and expire when their bucket is full; a full bucket has none', async () => {
    await using redis = await startRedis();
    await using pair = openRedisBuckets(redis.url);
    using spy = connectRedis(redis.url);
    await pair.a.take([usage, { ...usage, bucket: 'calls:address:192.0.2.1', rate: 10, burst: 20, taken: 1 }]);
    await pair.a.take([{ ...usage, bucket: 'unused', taken: 0 }]);
    const keys = await spy.client.keys('*');
    for (const key of keys) expect(key).toMatch(/^test-[-\w]+:\{limits\}:[-\w]{22}$/);
    const expiries = await Promise.all(keys.map((key) => spy.client.pttl(key)));
    expect(Math.max(...expiries)).toBeGreaterThan(490_000);
    expect(Math.max(...expiries)).toBeLessThanOrEqual(500_000);
    await pair.b.take([{ ...usage, taken: -5 }]);
    await expect.poll(() => spy.client.dbsize()).toBe(0);
    await pair.a.recents?.use({ set: 'naming:user:ada', values: ['plaza'], windowMs: 60_000, max: 10 });
    const [set = ''] = await spy.client.keys('*');
    expect(set).toMatch(/^test-[-\w]+:\{limits\}:[-\w]{22}$/);
    expect(await spy.client.zrange(set, '0', '-1')).toEqual([expect.stringMatching(/^[-\w]{22}$/)]);
    expect(await spy.client.pttl(set)).toBeGreaterThan(50_000);
  });

  test('while Redis is down or hangs, buckets are unknown, in less than two seconds; then they count again', async () => {
    await using redis = await startRedis();
    await using pair = openRedisBuckets(redis.url);
    expect(await pair.a.take([usage])).toEqual([expect.closeTo(15, 1)]);
    redis.pause();
    const startedAt = performance.now();
    const shown = { set: 'eve', values: ['plaza'], windowMs: 60_000, max: 10 };
    const answers = await Promise.all([pair.a.take([usage, usage]), pair.a.recents?.use(shown)]);
    expect(answers).toEqual([[null, null], null]);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    redis.resume();
    await redis.kill();
    await expect.poll(() => pair.b.take([usage])).toEqual([null]);
    await redis.start();
    await expect.poll(async () => (await pair.b.take([usage]))[0], { timeout: 10_000 }).toBeTypeOf('number');
  });

  test('a refused script is logged once', async () => {
    await using redis = await startRedis();
    using spy = connectRedis(redis.url);
    await spy.client.call('ACL', 'SETUSER', 'limited', 'on', '>pw', '~*', '&*', '+@all', '-eval', '-evalsha');
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    await using pair = openRedisBuckets(redis.url.replace('//', '//limited:pw@'), log);
    for (let n = 0; n < 3; n += 1) expect(await pair.a.take([usage])).toEqual([null]);
    expect(errors.mock.calls.map(([, text]) => text)).toEqual([expect.stringContaining('limits: Redis rejects')]);
  });

  test('in a cluster, buckets are spread over the nodes, and a lost node affects only its own', async () => {
    await using cluster = await startRedisCluster();
    await using pair = openClusterBuckets(cluster);
    await pair.a.take(many);
    const keysOf = async ({ url }: { url: string }) => {
      using spy = connectRedis(url);
      return await spy.client.keys('*');
    };
    const keys = await Promise.all(cluster.nodes.map(keysOf));
    for (const all of keys) expect(all.length).toBeGreaterThan(10);
    for (const key of keys.flat()) expect(key).toMatch(/^test-[-\w]+:\{limits:\d+\}:[-\w]{22}$/);
    await cluster.nodes[0]?.kill();
    const left = await pair.b.take(many);
    const unknown = left.filter((tokens) => tokens === null).length;
    expect(unknown).toBe(keys[0]?.length);
    for (const tokens of left) if (tokens !== null) expect(tokens).toBeCloseTo(10, 0);
  });
});
