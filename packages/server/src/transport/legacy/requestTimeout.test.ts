import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RequestTimeout } from './requestTimeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
const never = new Promise<never>(() => {});

test('settles as the request does, without a ping of the store', async () => {
  const ping = vi.fn(async () => {});
  const timeout = new RequestTimeout(ping);
  expect(await timeout.limit(Promise.resolve('answer'))).toBe('answer');
  await expect(timeout.limit(Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(vi.getTimerCount()).toBe(0);
  expect(ping).not.toHaveBeenCalled();
});

test('a request is answered, however long it takes, while the store answers pings', async () => {
  const ping = vi.fn(async () => {});
  const request = Promise.withResolvers<string>();
  const answer = new RequestTimeout(ping).limit(request.promise);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ping.mock.calls.length).toBeGreaterThan(20);
  request.resolve('answer');
  expect(await answer).toBe('answer');
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ['does not answer', () => never, 1_601],
  ['fails', () => Promise.reject(new Error('gone')), 400],
])('a request fails within two seconds when the store %s', async (_case, ping, ms) => {
  const onRejected = vi.fn();
  new RequestTimeout(ping).limit(never).catch(onRejected);
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(onRejected).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2);
  expect(onRejected.mock.calls).toEqual([[unavailable]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('an answer during the last ping is passed on', async () => {
  const request = Promise.withResolvers<string>();
  const answer = new RequestTimeout(() => never).limit(request.promise);
  await vi.advanceTimersByTimeAsync(1_500);
  request.resolve('answer');
  expect(await answer).toBe('answer');
  await vi.advanceTimersByTimeAsync(200);
});

test('concurrent requests share a ping', async () => {
  const ping = vi.fn(() => never);
  const timeout = new RequestTimeout(ping);
  const requests = Promise.allSettled([timeout.limit(never), timeout.limit(never), timeout.limit(never)]);
  await vi.advanceTimersByTimeAsync(1_602);
  expect(await requests).toEqual(Array(3).fill({ status: 'rejected', reason: unavailable }));
  expect(ping).toHaveBeenCalledTimes(1);
});
