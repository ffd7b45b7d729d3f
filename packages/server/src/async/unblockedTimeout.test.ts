import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { blockFor } from './testBlocking.ts';
import { setUnblockedTimeout } from './unblockedTimeout.ts';

afterEach(() => void vi.useRealTimers());

test.each([5_000, 1_499, 10])('calls back after %s ms, once', (ms) => {
  vi.useFakeTimers();
  const callback = vi.fn();
  setUnblockedTimeout(callback, ms);
  vi.advanceTimersByTime(ms - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2); // one for the tick in which answers are read
  expect(callback).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([0, 30, 75, 99])('does not call back if it is cancelled after %s of 100 ms', (ms) => {
  vi.useFakeTimers();
  const callback = vi.fn();
  const cancel = setUnblockedTimeout(callback, 100);
  vi.advanceTimersByTime(ms);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
  expect(callback).not.toHaveBeenCalled();
});

test('an interruption of the event loop counts as a quarter of the time at most', async () => {
  const began = performance.now();
  const done = new Promise<void>((resolve) => setUnblockedTimeout(resolve, 200));
  blockFor(400);
  await done;
  expect(performance.now() - began).toBeGreaterThan(540);
});

test('answers that arrived before its end are read first', async () => {
  const { port1, port2 } = new MessageChannel();
  const events: string[] = [];
  const answered = once(port1, 'message').then(() => events.push('answer'));
  const late = new Promise<void>((resolve) => setUnblockedTimeout(resolve, 400)).then(() => events.push('late'));
  // In the last quarter.
  setTimeout(() => {
    port2.postMessage('hello');
    blockFor(200);
  }, 350);
  await Promise.all([answered, late]);
  expect(events).toEqual(['answer', 'late']);
  port1.close();
});
