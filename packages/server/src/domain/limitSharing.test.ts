import { EarshotError } from '@earshot/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createInProcessBuckets } from '../limits/inProcessBuckets.ts';
import type { BucketUsage, SharedBuckets } from '../limits/limits.ts';
import { LimitSharing } from './limitSharing.ts';
import { RateLimiter } from './rateLimit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Instances that share their buckets; `reports` has every report, and `isDown` makes the service unreachable. */
function cluster(instances: number, limit = { rate: 5, burst: 20 }) {
  const buckets = createInProcessBuckets();
  const service = { reports: [] as (readonly BucketUsage[])[], isDown: false };
  const take: SharedBuckets['take'] = async (usages) => {
    service.reports.push(usages);
    return service.isDown ? usages.map(() => null) : buckets.take(usages);
  };
  const limiters = Array.from(
    { length: instances },
    () => new RateLimiter(limit, { name: 'sends', sharing: new LimitSharing({ take }) }),
  );
  return { limiters, service };
}

function tryTake(limiter: RateLimiter, key = 'ada'): boolean {
  try {
    limiter.take(key);
    return true;
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'RATE_LIMITED') return false;
    throw error;
  }
}

/** Takes on all instances as often as possible for that long. Returns the number of tokens taken. */
async function flood(limiters: readonly RateLimiter[], ms: number): Promise<number> {
  let taken = 0;
  for (let at = 0; at < ms; at += 10) {
    for (const limiter of limiters) while (tryTake(limiter)) taken += 1;
    await vi.advanceTimersByTimeAsync(10);
  }
  return taken;
}

describe('LimitSharing', () => {
  test('a user on three instances gets at most three bursts, then the rate of one, and pays for the excess first', async () => {
    const { limiters } = cluster(3);
    expect(await flood(limiters, 1_000)).toBeLessThanOrEqual(3 * 20 + 3);
    expect(await flood(limiters, 60_000)).toBeLessThanOrEqual(60 * 5 + 3);
    expect(await flood(limiters, 60_000)).toBeGreaterThan(50 * 5);
  });

  test('a user who changes the instance has the rest of the burst there', async () => {
    const { limiters } = cluster(2);
    const [a, b] = limiters as [RateLimiter, RateLimiter];
    for (let n = 0; n < 20; n += 1) a.take('ada');
    await vi.advanceTimersByTimeAsync(100);
    for (let n = 0; n < 3; n += 1) b.take('ada');
    await vi.advanceTimersByTimeAsync(100);
    expect(tryTake(b)).toBe(false);
  });

  test('steady use below the rate is never refused, on any instance', async () => {
    const { limiters } = cluster(3);
    for (let n = 0; n < 300; n += 1) {
      limiters[n % 3]?.take('ada');
      await vi.advanceTimersByTimeAsync(250);
    }
  });

  test('small usage on many instances adds up', async () => {
    const { limiters } = cluster(10, { rate: 1, burst: 80 });
    let taken = 0;
    for (let n = 0; n < 600; n += 1) {
      for (const limiter of limiters) if (tryTake(limiter)) taken += 1;
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(taken).toBeLessThan(600 + 80 + 10 * 10 + 10);
  });

  test('buckets that look full are reported before they are forgotten', async () => {
    const { limiters, service } = cluster(1, { rate: 100, burst: 100 });
    const [limiter] = limiters as [RateLimiter];
    for (let n = 0; n < 50; n += 1) limiter.take(`user ${n}`);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(service.reports).toEqual([]);
    for (let n = 0; n < 100; n += 1) limiter.take(`other ${n}`);
    await vi.advanceTimersByTimeAsync(100);
    const reported = service.reports.flat();
    expect(reported.filter(({ bucket }) => bucket.startsWith('sends:user'))).toHaveLength(50);
    for (let n = 0; n < 400; n += 1) {
      limiter.take(`more ${n}`);
      if (n % 20 === 0) await vi.advanceTimersByTimeAsync(200);
    }
    expect(limiter.size).toBeLessThan(300);
  });

  test('while the service is away each instance counts alone; afterwards they share again', async () => {
    const { limiters, service } = cluster(2);
    service.isDown = true;
    const taken = await flood(limiters, 60_000);
    expect(taken).toBeGreaterThan(2 * 60 * 5);
    expect(taken).toBeLessThanOrEqual(2 * (60 * 5 + 20));
    service.isDown = false;
    await flood(limiters, 10_000);
    expect(await flood(limiters, 60_000)).toBeLessThanOrEqual(60 * 5 + 10);
  });

  test('a refund reaches the other instances', async () => {
    const { limiters } = cluster(2, { rate: 0.001, burst: 8 });
    const [a, b] = limiters as [RateLimiter, RateLimiter];
    for (let n = 0; n < 8; n += 1) a.take('ada');
    await vi.advanceTimersByTimeAsync(100);
    a.refund('ada', 4);
    await vi.advanceTimersByTimeAsync(100);
    b.take('ada');
    await vi.advanceTimersByTimeAsync(100);
    let taken = 1;
    while (tryTake(b)) taken += 1;
    expect(taken).toBe(4);
  });

  test('reports are bounded, and a call never waits for one', async () => {
    let answer = Promise.withResolvers<null[]>();
    const sizes: number[] = [];
    const sharing = new LimitSharing({
      take: (usages) => {
        sizes.push(usages.length);
        return answer.promise;
      },
    });
    const limiter = new RateLimiter({ rate: 1, burst: 2 }, { sharing });
    for (let n = 0; n < 250_000; n += 1) limiter.take(`user ${n}`);
    await vi.advanceTimersByTimeAsync(60_000);
    for (let n = 0; n < 10_000; n += 1) limiter.take(`other ${n}`);
    expect(sizes).toEqual([500]);
    expect(sharing.waiting).toBeLessThanOrEqual(100_000);
    answer.resolve([]);
    await vi.advanceTimersByTimeAsync(0);
    expect(Math.max(...sizes)).toBe(500);
    answer = Promise.withResolvers();
    sharing.close();
    expect(sharing.waiting).toBe(0);
  });
});
