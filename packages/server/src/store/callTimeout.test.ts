import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callTimeout, withCallTimeout, withProgressTimeout, withRetryTimeout } from './callTimeout.ts';

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
  await vi.advanceTimersByTimeAsync(2); // one for the tick in which answers are read
  expect(onRejected.mock.calls).toMatchObject([[{ code: 'STORE_UNAVAILABLE', cause: expect.any(Error) }]]);
});

test('an answer in time, or an error, is passed on', async () => {
  expect(await withCallTimeout(Promise.resolve(7))).toBe(7);
  await expect(withCallTimeout(Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(vi.getTimerCount()).toBe(0);
  expect(callTimeout).toBe(5_000);
});

test('with progress, a call may take longer, and rejects when there is none for 5 s', async () => {
  const onRejected = vi.fn();
  let noteProgress = () => {};
  withProgressTimeout((note) => {
    noteProgress = note;
    return never;
  }).catch(onRejected);
  for (let step = 0; step < 3; step += 1) {
    await vi.advanceTimersByTimeAsync(4_999);
    noteProgress();
  }
  await vi.advanceTimersByTimeAsync(4_999);
  expect(onRejected).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2);
  expect(onRejected.mock.calls).toMatchObject([[{ code: 'STORE_UNAVAILABLE' }]]);
  noteProgress();
  expect(vi.getTimerCount()).toBe(0);
});

test('with progress, an answer or an error is passed on', async () => {
  expect(await withProgressTimeout(async () => 7)).toBe(7);
  await expect(withProgressTimeout(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(vi.getTimerCount()).toBe(0);
});

test('a write that is repeated has time for another attempt until its caller has an error', async () => {
  let requireTime = () => {};
  const call = withRetryTimeout((require) => {
    requireTime = require;
    return never;
  });
  const rejected = expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await vi.advanceTimersByTimeAsync(4_999);
  requireTime();
  await vi.advanceTimersByTimeAsync(2);
  await rejected;
  expect(requireTime).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
  expect(await withRetryTimeout(async () => 7)).toBe(7);
  expect(vi.getTimerCount()).toBe(0);
});
