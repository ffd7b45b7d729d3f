import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MembershipCache } from './membershipCache.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Members according to a store. */
function people(...members: string[]) {
  const known = new MembershipCache();
  const store = new Set(members);
  let lookUps = 0;
  const check = (userId: string) =>
    known.check(userId, async () => {
      lookUps += 1;
      return store.has(userId);
    });
  return { known, store, check, lookUps: () => lookUps };
}

test('a member is looked up once in 30 seconds, a non-member every time', async () => {
  const { check, lookUps } = people('ann');
  expect([await check('ann'), await check('ann'), lookUps()]).toEqual([true, true, 1]);
  expect([await check('bob'), await check('bob'), lookUps()]).toEqual([false, false, 3]);
  vi.advanceTimersByTime(30_001);
  await check('ann');
  expect(lookUps()).toBe(4);
});

test('a user who left is looked up again', async () => {
  const { known, store, check } = people('ann', 'bob');
  await check('ann');
  store.delete('ann');
  known.onLeave('ann');
  expect(await check('ann')).toBe(false);
});

test('a lookup during which someone leaves is not cached', async () => {
  const { known, store, check } = people('ann');
  const asked = check('ann');
  store.delete('ann');
  known.onLeave('ann');
  expect(await asked).toBe(true);
  expect(await check('ann')).toBe(false);
});

test('nothing is cached across a period in which departures may have been missed', async () => {
  const { known, store, check } = people('ann');
  await check('ann');
  store.delete('ann');
  known.clear();
  expect(await check('ann')).toBe(false);
});

test('memory is bounded', async () => {
  const everybody = Array.from({ length: 2_500 }, (_, n) => `user ${n}`);
  const { check, lookUps } = people(...everybody);
  for (const userId of everybody) await check(userId);
  await check('user 0');
  expect(lookUps()).toBe(2_501);
  await check('user 2499');
  expect(lookUps()).toBe(2_501);
});
