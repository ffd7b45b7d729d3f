import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Latest } from './latest.ts';

let emitted: number[];
let latest: Latest<number>;

beforeEach(() => {
  vi.useFakeTimers();
  emitted = [];
  latest = new Latest(1_000, (value) => emitted.push(value));
});
afterEach(() => void vi.useRealTimers());

test('the first at once, then one an interval, the latest', () => {
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

test('after a quiet interval the next is at once again, and no timer is left', () => {
  latest.offer(1);
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  latest.offer(2);
  expect(emitted).toEqual([1, 2]);
});

test('a value that waits can be dropped', () => {
  latest.offer(1);
  latest.offer(2);
  latest.drop();
  vi.advanceTimersByTime(5_000);
  expect(emitted).toEqual([1]);
});

test('closing leaves nothing', () => {
  latest.offer(1);
  latest.offer(2);
  latest.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(emitted).toEqual([1]);
});
