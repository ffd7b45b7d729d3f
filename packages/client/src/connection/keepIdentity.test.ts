import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EarshotClientError } from '../errors.ts';
import { keepIdentity, renewalDelay } from './keepIdentity.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const user = { userId: 'ada', username: 'Ada' };
const session = { user, checksTokens: true, roles: [], areas: [], rooms: [] };

/** Keeps an identity of ten seconds, and records the calls with their times in seconds. Each renewal gives a minute more. */
function keep({ getToken = async () => 'next', refuse = () => {}, expiresInMs = 10_000 as number | null } = {}) {
  const calls: string[] = [];
  const started = Date.now();
  const note = (call: string) => calls.push(`${(Date.now() - started) / 1_000} ${call}`);
  const ended = new AbortController();
  const auth = {
    session: {
      query: async () => {
        note('session');
        return { ...session, expiresInMs };
      },
    },
    refresh: {
      mutate: async ({ token }: { token: string }) => {
        note(token);
        refuse();
        return { ...session, expiresInMs: 60_000 };
      },
    },
  };
  const done = keepIdentity({ auth, getToken, signal: ended.signal, random: () => 0 });
  done.catch(() => note('done'));
  return { calls, ended, done };
}

test('the identity is renewed ahead of its end, with the time that the server says', async () => {
  const { calls, ended } = keep();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toEqual(['1 session', '9 next', '57 next']);
  ended.abort(new Error('lost'));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(calls).toEqual(['1 session', '9 next', '57 next', '60 done']);
});

test('an identity without an end is not renewed', async () => {
  const { calls, done } = keep({ expiresInMs: null });
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  expect(calls).toEqual(['1 session']);
});

test('a token that can’t be had, or checked, is tried again', async () => {
  let failures = 0;
  const getToken = async () => {
    failures += 1;
    if (failures === 1) throw new EarshotClientError('NO_CREDENTIALS');
    return 'next';
  };
  const refuse = () => {
    failures += 1;
    if (failures === 3) throw new EarshotClientError('AUTH_UNAVAILABLE', { retryAfterMs: 5_000 });
  };
  const { calls } = keep({ getToken, refuse });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(calls).toEqual(['1 session', '10 next', '15 next']);
});

test.each(['TOKEN_USER_MISMATCH', 'TOKEN_INVALID', 'TOKEN_EXPIRED'] as const)('%s ends the renewals', async (code) => {
  const { calls } = keep({
    refuse: () => {
      throw new EarshotClientError(code);
    },
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toEqual(['1 session', '9 next', '9 done']);
});

test.each([
  [10_000, 0, 8_000],
  [10_000, 1, 6_000],
  [3_600_000, 0, 3_540_000],
  [3_600_000, 1, 3_480_000],
  [400 * 86_400_000, 0, 43_200_000],
  [500, 0.5, 1_000],
  [0, 0, 1_000],
])('an identity that ends in %i ms is renewed, with a chance of %d, after %i ms', (expiresInMs, chance, expected) => {
  expect(renewalDelay(expiresInMs, chance)).toBe(expected);
});

test('the same token, sent repeatedly, takes few renewals until its end', () => {
  let left = 86_400_000;
  let renewals = 0;
  for (; left > 0; renewals += 1) left -= renewalDelay(left, 1);
  expect(renewals).toBeLessThan(25);
});
