import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitingCallsMax } from '../callTimeout.ts';
import { CallTracker } from './callTracker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
const never = () => new Promise<never>(() => {});

test.each([
  ['a call', 5_000, (calls: CallTracker) => calls.run(never)],
  ['a call that waits for others', 30_000, (calls: CallTracker) => calls.runQueued(never)],
])('%s without an answer rejects after %i ms', async (_what, ms, call) => {
  const onRejected = vi.fn();
  call(new CallTracker()).catch(onRejected);
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(onRejected).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2); // one for the tick in which answers are read
  expect(onRejected.mock.calls).toEqual([[unavailable]]);
});

test('calls that wait for others are rejected when too many are in progress, and other calls are not', async () => {
  const calls = new CallTracker();
  const waiting = Array.from({ length: waitingCallsMax }, () => calls.runQueued(never));
  await expect(calls.runQueued(async () => 7)).rejects.toEqual(unavailable);
  expect(await calls.run(async () => 7)).toBe(7);
  const settled = Promise.allSettled(waiting);
  await vi.advanceTimersByTimeAsync(30_001);
  expect(new Set((await settled).map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(await calls.runQueued(async () => 7)).toBe(7);
});
