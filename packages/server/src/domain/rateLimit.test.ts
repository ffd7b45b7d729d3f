import { EarshotError } from '@earshot/shared';
import { describe, expect, test, vi } from 'vitest';
import { RateLimiter } from './rateLimit.ts';

function limiter(rate: number, burst: number) {
  let now = 0;
  return {
    limiter: new RateLimiter({ rate, burst }, () => now),
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
  test('lets a burst pass, then says how long to wait', () => {
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

  test('a refused call costs nothing, and users do not share', () => {
    const { limiter: limit, pass } = limiter(1, 1);
    limit.take('ada');
    for (let i = 0; i < 100; i++) expect(refusal(() => limit.take('ada'))).not.toBeNull();
    limit.take('bob');
    pass(1_000);
    limit.take('ada');
  });

  test('a token given back can be taken again', () => {
    const { limiter: limit } = limiter(1, 1);
    limit.take('ada');
    limit.giveBack('ada');
    limit.take('ada');
    expect(refusal(() => limit.take('ada'))?.code).toBe('RATE_LIMITED');
  });

  test('forgets users who have rested', () => {
    const { limiter: limit, pass } = limiter(5, 20);
    for (let i = 0; i < 5_000; i++) limit.take(`user ${i}`);
    pass(60_000);
    for (let i = 0; i < 10_000; i++) limit.take(`other ${i % 10}`.concat(String(Math.floor(i / 200))));
    expect(limit.size).toBeLessThan(5_000);
  });

  test('a clock that is set back refuses nobody for longer', () => {
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

  test('rate 0 lifts the limit', () => {
    const { limiter: limit } = limiter(0, 0);
    for (let i = 0; i < 1_000; i++) limit.take('ada');
    expect(limit.size).toBe(0);
  });
});
