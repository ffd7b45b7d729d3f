import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delay, rejectOnAbort } from './abort.ts';
import { backoffMs, retry } from './retry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reason = new Error('enough');

function failing(times: number) {
  const options = { signal: new AbortController().signal, onFailure: vi.fn(), random: () => 1 };
  const task = vi.fn(async () => {
    if (task.mock.calls.length <= times) throw new Error('away');
    return 'there';
  });
  return { task, options };
}

test('pauses double up to three seconds, with half of each as jitter', () => {
  expect([0, 1, 2, 5, 50].map((attempt) => backoffMs(attempt, 1))).toEqual([100, 200, 400, 3_000, 3_000]);
  expect([0, 1, 50].map((attempt) => backoffMs(attempt, 0))).toEqual([50, 100, 1_500]);
});

test('a task is tried until it succeeds', async () => {
  const { task, options } = failing(3);
  const outcome = retry(task, options);
  await vi.advanceTimersByTimeAsync(100 + 200 + 400 - 1);
  expect(task).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe('there');
  expect(options.onFailure).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});

test('an abort ends the pause between attempts and leaves no timer', async () => {
  const { task, options } = failing(9);
  const stop = new AbortController();
  const outcome = expect(retry(task, { ...options, signal: stop.signal })).rejects.toBe(reason);
  await vi.advanceTimersByTimeAsync(10);
  stop.abort(reason);
  await outcome;
  expect(vi.getTimerCount()).toBe(0);
  expect(task).toHaveBeenCalledTimes(1);
});

test('an answer after the abort is discarded', async () => {
  const { options } = failing(0);
  const stop = new AbortController();
  const slow = () => new Promise((resolve) => setTimeout(resolve, 10));
  const outcome = expect(retry(slow, { ...options, signal: stop.signal })).rejects.toBe(reason);
  stop.abort(reason);
  await vi.advanceTimersByTimeAsync(10);
  await outcome;
  expect(options.onFailure).not.toHaveBeenCalled();
});

test('a promise is abandoned immediately when the signal aborts, before or later', async () => {
  const stop = new AbortController();
  const never = new Promise(() => {});
  const outcome = expect(rejectOnAbort(never, stop.signal)).rejects.toBe(reason);
  stop.abort(reason);
  await outcome;
  await expect(rejectOnAbort(Promise.resolve(1), stop.signal)).rejects.toBe(reason);
  await expect(delay(1_000, stop.signal)).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});

test('a settled promise leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, 'addEventListener');
  const remove = vi.spyOn(signal, 'removeEventListener');
  expect(await rejectOnAbort(Promise.resolve(1), signal)).toBe(1);
  await expect(rejectOnAbort(Promise.reject(reason), signal)).rejects.toBe(reason);
  expect([add, remove].map((spy) => spy.mock.calls.length)).toEqual([2, 2]);
});
