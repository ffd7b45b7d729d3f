import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConnectionState } from '../connection/connectionMonitor.ts';
import { testSubscriptions } from '../connection/testSubscriptions.ts';
import { EarshotClientError, type LocalErrorCode } from '../errors.ts';
import { Value } from '../lib/value.ts';
import { watchNearby } from './watchNearby.ts';

const query = { location: { latitude: 50, longitude: 10 }, radius: 1_000 };
const open: ConnectionState = { status: 'open', attempt: 0, retryAt: null, error: null };

/** A watch. The test acts as the server. */
function setUp(state = open) {
  const { trpc, inputs, open: subscriptions, stream } = testSubscriptions();
  const events: (string | boolean)[] = [];
  const value = new Value(state);
  const connection = { get: value.get, subscribe: value.subscribe, retryNow: () => {} };
  const stop = watchNearby({ trpc, connection }, query, {
    onList: ({ rooms }) => events.push(`${rooms.length} rooms`),
    onLive: (isLive) => events.push(isLive),
  });
  return {
    ...{ inputs, events, stop, connection: value },
    subscriptions,
    send: () => stream()?.next({ result: { type: 'data', data: { rooms: [] } } }),
    end: () => stream()?.complete(),
    fail: (code: LocalErrorCode) => stream()?.error(TRPCClientError.from(new EarshotClientError(code))),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('lists arrive until the watch is stopped', () => {
  const { inputs, events, stop, send, subscriptions } = setUp();
  send();
  send();
  stop();
  expect(inputs).toEqual([query]);
  expect(events).toEqual([true, '0 rooms', '0 rooms']);
  expect(subscriptions()).toBe(0);
});

test('it subscribes again when the subscription ends, and then lists arrive again', async () => {
  const { inputs, events, send, end, stop } = setUp();
  send();
  end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events.at(-1)).toBe(false);
  send();
  expect(events.slice(-2)).toEqual([true, '0 rooms']);
  expect(inputs).toEqual([query, query]);
  stop();
});

test('it does not subscribe again after a refusal that no retry can change', async () => {
  const { inputs, events, fail } = setUp();
  fail('TOO_MANY_STREAMS');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual([false]);
  expect(inputs).toHaveLength(1);
});

test('it ends with the client, and a closed client does not subscribe', async () => {
  const { connection, inputs, subscriptions } = setUp();
  connection.set({ ...open, status: 'closed' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(subscriptions()).toBe(0);
  expect(inputs).toHaveLength(1);
  expect(setUp({ ...open, status: 'closed' }).inputs).toEqual([]);
});
