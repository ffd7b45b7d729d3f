import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection } from '../../domain/connection.ts';
import { endOnExpiry } from './expiry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const days = 24 * 60 * 60_000;

test.each([
  ['in a moment', 1_000],
  ['later than one timer can wait', 60 * days],
])('a connection ends when its identity expires %s', (_when, afterMs) => {
  const connection = new Connection({ address: '192.0.2.1', user: null });
  endOnExpiry(connection, new Date(Date.now() + afterMs), new AbortController().signal);
  vi.advanceTimersByTime(afterMs - 1);
  expect(connection.endSignal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(connection.endSignal.reason).toMatchObject({ code: 'TOKEN_EXPIRED' });
});

test('a change of the clock before the expiry is followed', () => {
  const expiring = () => {
    const connection = new Connection({ address: '192.0.2.1', user: null });
    endOnExpiry(connection, new Date(Date.now() + days), new AbortController().signal);
    return connection;
  };
  const forward = expiring();
  vi.setSystemTime(Date.now() + 2 * days);
  vi.advanceTimersByTime(10 * 60_000);
  expect(forward.endSignal.aborted).toBe(true);
  const back = expiring();
  vi.setSystemTime(Date.now() - days);
  vi.advanceTimersByTime(days + 1_000);
  expect(back.endSignal.aborted).toBe(false);
  vi.advanceTimersByTime(days);
  expect(back.endSignal.aborted).toBe(true);
});

test.each(['before', 'while the timer runs'])('a connection closed %s keeps no timer', (when) => {
  const closed = new AbortController();
  if (when === 'before') closed.abort(); // a socket may close while its token is verified
  endOnExpiry(new Connection({ address: '192.0.2.1', user: null }), new Date(Date.now() + days), closed.signal);
  closed.abort();
  expect(vi.getTimerCount()).toBe(0);
});
