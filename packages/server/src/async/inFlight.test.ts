import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InFlight } from './inFlight.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A running call, and the function that ends it. */
function begin(inFlight: InFlight) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { result: inFlight.run(() => promise), resolve, reject };
}

/** Whether the promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.finally(() => {
    settled = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return settled;
}

test('passes on the result or the error of a call', async () => {
  const inFlight = new InFlight();
  expect(await inFlight.run(async () => 7)).toBe(7);
  await expect(inFlight.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

test('drains at once without calls, also after some have failed', async () => {
  const inFlight = new InFlight();
  expect(inFlight.isDraining).toBe(false);
  await inFlight.run(() => Promise.reject(new Error('failed'))).catch(() => {});
  await inFlight.drain(1_000);
  expect(inFlight.isDraining).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('drains when the last call has ended, for all that wait', async () => {
  const inFlight = new InFlight();
  const [one, other] = [begin(inFlight), begin(inFlight)];
  const drains = [inFlight.drain(1_000), inFlight.drain(2_000)];
  one.resolve('done');
  expect(await one.result).toBe('done');
  expect(await isSettled(Promise.race(drains))).toBe(false);
  other.resolve('done');
  await vi.advanceTimersByTimeAsync(1);
  expect(await isSettled(Promise.all(drains))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('waits a tick of the event loop for the answers', async () => {
  const inFlight = new InFlight();
  const { resolve } = begin(inFlight);
  const drain = inFlight.drain(1_000);
  let ticks = 0;
  setImmediate(() => (ticks += 1));
  resolve('done');
  await Promise.all([drain, vi.runAllTimersAsync()]);
  expect(ticks).toBe(1);
});

test('gives up on calls that do not end', async () => {
  const inFlight = new InFlight();
  begin(inFlight);
  const drain = inFlight.drain(1_000);
  await vi.advanceTimersByTimeAsync(999);
  expect(await isSettled(drain)).toBe(false);
  await vi.advanceTimersByTimeAsync(2);
  expect(await isSettled(drain)).toBe(true);
});
