import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PeriodicCheck } from './periodicCheck.ts';

let runs: number;
let check: PeriodicCheck;

beforeEach(() => {
  vi.useFakeTimers();
  runs = 0;
  check = new PeriodicCheck(100, async () => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 250));
  });
});
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('ticks do not accumulate behind a slow check', async () => {
  check.start();
  await pass(950);
  expect(runs).toBe(3); // at 100, 400 and 700
  check.stop();
});

test('requests during a check cause one more check after it', async () => {
  check.request();
  check.request();
  check.request();
  expect(runs).toBe(1);
  await pass(250);
  expect(runs).toBe(2);
  await pass(1_000);
  expect(runs).toBe(2);
});

test('a second start has no effect; stopping leaves no timer', async () => {
  check.start();
  check.start();
  await pass(150);
  expect(runs).toBe(1);
  check.request();
  check.stop();
  await pass(1_000);
  expect(runs).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('settled() waits for the running check and for the one that was requested meanwhile', async () => {
  await check.settled();
  check.request();
  check.request();
  let isSettled = false;
  void check.settled().then(() => (isSettled = true));
  await pass(499);
  expect(isSettled).toBe(false);
  await pass(1);
  expect(isSettled).toBe(true);
});

test('next() waits for a check that begins after the call, and for no further one', async () => {
  const ended: number[] = [];
  check.request();
  void check.next().then(() => ended.push(runs));
  void check.next().then(() => ended.push(runs));
  await pass(499);
  expect([runs, ended]).toEqual([2, []]);
  check.request();
  await pass(1);
  expect(ended).toEqual([3, 3]);
  check.stop();
});

test('next() resolves although the check is stopped', async () => {
  check.request();
  let isDone = false;
  void check.next().then(() => (isDone = true));
  check.stop();
  await pass(500);
  expect([isDone, vi.getTimerCount()]).toEqual([true, 0]);
});
