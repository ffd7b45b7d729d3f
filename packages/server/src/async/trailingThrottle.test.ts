import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TrailingThrottle } from './trailingThrottle.ts';

let emitted: number[];
let intervalMs: number;
let latest: TrailingThrottle<number>;

beforeEach(() => {
  vi.useFakeTimers();
  emitted = [];
  intervalMs = 1_000;
  latest = new TrailingThrottle(
    () => intervalMs,
    (value) => emitted.push(value),
  );
});
afterEach(() => void vi.useRealTimers());

test('emits the first value immediately, then at most one per interval, the latest', () => {
  for (const value of [1, 2, 3]) latest.offer(value);
  expect(emitted).toEqual([1]);
  vi.advanceTimersByTime(999);
  expect(emitted).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(emitted).toEqual([1, 3]);
  latest.offer(4);
  vi.advanceTimersByTime(1_000);
  expect(emitted).toEqual([1, 3, 4]);
});

test('after a quiet interval the next value is emitted immediately, and no timer is left', () => {
  latest.offer(1);
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  latest.offer(2);
  expect(emitted).toEqual([1, 2]);
});

test('the length of an interval is determined at its start', () => {
  latest.offer(1);
  intervalMs = 3_000;
  latest.offer(2);
  vi.advanceTimersByTime(1_000);
  latest.offer(3);
  vi.advanceTimersByTime(2_999);
  expect(emitted).toEqual([1, 2]);
  vi.advanceTimersByTime(1);
  expect(emitted).toEqual([1, 2, 3]);
});

test('a pending value can be discarded', () => {
  latest.offer(1);
  latest.offer(2);
  latest.drop();
  vi.advanceTimersByTime(5_000);
  expect(emitted).toEqual([1]);
});

test('closing leaves no timer', () => {
  latest.offer(1);
  latest.offer(2);
  latest.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(emitted).toEqual([1]);
});
