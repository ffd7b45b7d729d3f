import { EarshotError } from '@earshot/shared';
import { describe, expect, test, vi } from 'vitest';
import { RateLimiter } from './rateLimit.ts';

function limiter(rate: number, burst: number) {
  let now = 0;
  return {
    limiter: new RateLimiter({ rate, burst }, { now: () => now }),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function refusal(act: () => void): EarshotError | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof EarshotError) return error;
    throw error;
  }
}

describe('RateLimiter', () => {
  test('allows a burst, then reports how long to wait', () => {
    const { limiter: limit } = limiter(5, 20);
    for (let i = 0; i < 20; i++) limit.take('ada');
    const error = refusal(() => limit.take('ada'));
    expect(error?.code).toBe('RATE_LIMITED');
    expect(error?.retryAfterMs).toBe(200);
  });

  test('a waiting user gets exactly the rate', () => {
    const { limiter: limit, pass } = limiter(5, 20);
    for (let i = 0; i < 20; i++) limit.take('ada');
    let taken = 0;
    for (let ms = 0; ms < 10_000; ms += 10) {
      pass(10);
      if (refusal(() => limit.take('ada')) === null) taken += 1;
    }
    expect(taken).toBe(50);
  });

  test('a rejected call costs nothing, and users have separate budgets', () => {
    const { limiter: limit, pass } = limiter(1, 1);
    limit.take('ada');
    for (let i = 0; i < 100; i++) expect(refusal(() => limit.take('ada'))).not.toBeNull();
    limit.take('bob');
    pass(1_000);
    limit.take('ada');
  });

  test('a returned token can be taken again', () => {
    const { limiter: limit } = limiter(1, 1);
    limit.take('ada');
    limit.refund('ada');
    limit.take('ada');
    expect(refusal(() => limit.take('ada'))?.code).toBe('RATE_LIMITED');
  });

  test('removes keys with full buckets', () => {
    const { limiter: limit, pass } = limiter(5, 20);
    for (let i = 0; i < 5_000; i++) limit.take(`user ${i}`);
    pass(60_000);
    for (let i = 0; i < 10_000; i++) limit.take(`other ${i % 10}`.concat(String(Math.floor(i / 200))));
    expect(limit.size).toBeLessThan(5_000);
  });

  test('a clock that is set back does not prolong a rejection', () => {
    vi.useFakeTimers();
    try {
      const limit = new RateLimiter({ rate: 1, burst: 1 });
      limit.take('ada');
      vi.setSystemTime(Date.now() - 3_600_000);
      vi.advanceTimersByTime(1_000);
      limit.take('ada');
      vi.setSystemTime(Date.now() + 7_200_000);
      expect(refusal(() => limit.take('ada'))?.retryAfterMs).toBe(1_000);
    } finally {
      vi.useRealTimers();
    }
  });

  test('expensive calls cost more, and wait proportionally', () => {
    const { limiter: limit, pass } = limiter(10, 20);
    limit.take('ada', 15);
    expect(refusal(() => limit.take('ada', 10))?.retryAfterMs).toBe(500);
    limit.take('ada', 5);
    pass(500);
    limit.take('ada', 5);
    expect(refusal(() => limit.take('ada'))?.retryAfterMs).toBe(100);
  });

  test('a cost above the burst needs a full bucket, and is paid in full', () => {
    const { limiter: limit, pass } = limiter(10, 20);
    limit.take('ada', 30);
    expect(refusal(() => limit.take('ada', 30))?.retryAfterMs).toBe(3_000);
    pass(3_000);
    limit.take('ada', 30);
  });

  test('a charge afterwards becomes a debt of at most a burst', () => {
    const { limiter: limit, pass } = limiter(10, 20);
    limit.charge('ada', 25);
    expect(refusal(() => limit.take('ada'))?.retryAfterMs).toBe(600);
    expect(limit.msUntil('ada', 0.5)).toBe(1_500);
    limit.charge('ada', 1_000_000);
    expect(refusal(() => limit.take('ada'))?.retryAfterMs).toBe(2_100);
    pass(4_000);
    expect(limit.msUntil('ada', 1)).toBe(0);
    limit.take('ada', 20);
  });

  test('the number of remembered keys is bounded', () => {
    const { limiter: limit } = limiter(1, 2);
    for (let i = 0; i < 150_000; i++) limit.take(`user ${i}`);
    expect(limit.size).toBeLessThanOrEqual(100_000);
    limit.take('user 149999');
    expect(refusal(() => limit.take('user 149999'))?.code).toBe('RATE_LIMITED');
  });

  test('rate 0 disables the limit', () => {
    const { limiter: limit } = limiter(0, 0);
    for (let i = 0; i < 1_000; i++) limit.take('ada', 1_000);
    limit.charge('ada', 1_000);
    expect(limit.msUntil('ada', 1)).toBe(0);
    expect(limit.size).toBe(0);
  });
});
