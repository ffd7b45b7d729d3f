import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callTimeout, withCallTimeout } from './callTimeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => {});

test.each([
  ['5 s', undefined, 5_000],
  ['its own time limit', 200, 200],
])('a call without an answer rejects with STORE_UNAVAILABLE after %s', async (_case, timeout, ms) => {
  const onRejected = vi.fn();
  withCallTimeout(never, timeout).catch(onRejected);
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(onRejected).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(onRejected.mock.calls).toMatchObject([[{ code: 'STORE_UNAVAILABLE', cause: expect.any(Error) }]]);
});

test('an answer in time, or an error, is passed on', async () => {
  expect(await withCallTimeout(Promise.resolve(7))).toBe(7);
  await expect(withCallTimeout(Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(vi.getTimerCount()).toBe(0);
  expect(callTimeout).toBe(5_000);
});
