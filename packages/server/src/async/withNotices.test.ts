import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withNotices } from './withNotices.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('gives notices until the work is done', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const times: number[] = [];
  const result = withNotices(promise, { notice: (ms) => times.push(ms), everyMs: 1_000 });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(times).toEqual([1_000, 2_000]);
  resolve('done');
  expect(await result).toBe('done');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(times).toHaveLength(2);
});

test('gives none for quick work, and none after a failure', async () => {
  const notice = vi.fn();
  expect(await withNotices(Promise.resolve(1), { notice, everyMs: 1_000 })).toBe(1);
  await expect(withNotices(Promise.reject(new Error('full')), { notice, everyMs: 1_000 })).rejects.toThrow('full');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(notice).not.toHaveBeenCalled();
});
