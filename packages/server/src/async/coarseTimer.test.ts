import { afterEach, expect, test, vi } from 'vitest';
import { CoarseTimer } from './coarseTimer.ts';

afterEach(() => void vi.useRealTimers());

test('calls back for each item once, after one to two intervals', () => {
  vi.useFakeTimers();
  const due: string[] = [];
  const timer = new CoarseTimer<string>(10, (item) => due.push(item));
  timer.add('first');
  vi.advanceTimersByTime(9);
  timer.add('second');
  vi.advanceTimersByTime(10);
  expect(due).toEqual([]);
  timer.add('third');
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['first', 'second']);
  vi.advanceTimersByTime(10);
  expect(due).toEqual(['first', 'second', 'third']);
  expect(vi.getTimerCount()).toBe(0);
});

test('items that are added by the callback wait again', () => {
  vi.useFakeTimers();
  let count = 0;
  const timer = new CoarseTimer<string>(10, (item) => {
    count += 1;
    if (count < 3) timer.add(item);
  });
  timer.add('item');
  vi.advanceTimersByTime(20);
  expect(count).toBe(1);
  vi.advanceTimersByTime(100);
  expect(count).toBe(3);
});
