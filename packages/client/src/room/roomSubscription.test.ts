import type { AppRouter } from '@earshot/server';
import type { RoomEvent } from '@earshot/shared';
import { createTRPCClient, type OperationResultEnvelope, TRPCClientError } from '@trpc/client';
import { type Observer, observable } from '@trpc/server/observable';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testRoom } from '../../../shared/src/testMessages.ts';
import { InterruptibleDelays } from '../connection/interruptibleDelays.ts';
import { keepSubscribedToRoom } from './roomSubscription.ts';

type ClientError = TRPCClientError<AppRouter>;
type Result = OperationResultEnvelope<unknown, ClientError>['result'];

const snapshot: RoomEvent = { type: 'snapshot', room: testRoom, messages: [], userCount: 1 };

/** A subscription whose retries wait the maximum time. The test acts as the server. */
function setUp({ position = null as string | null } = {}) {
  const closed = new AbortController();
  const streams: Observer<OperationResultEnvelope<unknown, ClientError>, ClientError>[] = [];
  const states: string[] = [];
  const trpc = createTRPCClient<AppRouter>({
    links: [
      () => () =>
        observable((observer) => {
          streams.push(observer);
        }),
    ],
  });
  void keepSubscribedToRoom({
    trpc,
    roomId: testRoom.id,
    history: undefined,
    retry: {
      backoff: { baseMs: 1_000, capMs: 15_000 },
      random: () => 1,
      delays: new InterruptibleDelays(),
      signal: closed.signal,
    },
    lastEventId: () => position,
    onEvent: (_event, id) => {
      position = id;
    },
    onLive: () => states.push('live'),
    onInterrupted: (error) => states.push(error?.code ?? 'connecting'),
    onStopped: (error) => states.push(`stopped: ${error.code}`),
  });
  const emit = (result: Result) => streams.at(-1)?.next({ result });
  return {
    closed,
    streams,
    states,
    start: () => emit({ type: 'started' }),
    send: (id: string) => emit({ type: 'data', id, data: { id, data: snapshot } }),
    connection: (state: 'connecting' | 'pending') => emit({ type: 'state', state, error: null }),
    refuse: (errorCode: string, retry = 'later') =>
      streams
        .at(-1)
        ?.error(TRPCClientError.from({ error: { code: -32_603, message: '', data: { errorCode, retry } } })),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a new subscription', () => {
  test('is live from its first event', async () => {
    const { start, send, states } = setUp();
    start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual([]);
    send('0');
    expect(states).toEqual(['live']);
  });

  test('that is rejected repeatedly is retried at longer intervals, and never becomes live', async () => {
    const { start, refuse, streams, states } = setUp();
    for (const wait of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      const tried = streams.length;
      start();
      refuse('ROOM_FULL');
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(streams).toHaveLength(tried);
      await vi.advanceTimersByTimeAsync(1);
      expect(streams).toHaveLength(tried + 1);
    }
    expect(new Set(states)).toEqual(new Set(['ROOM_FULL']));
  });

  test('that fails right after an event is retried at longer intervals too', async () => {
    const { start, send, refuse, streams } = setUp();
    for (const wait of [1_000, 2_000, 4_000, 8_000]) {
      start();
      send('0');
      refuse('STORE_UNAVAILABLE');
      await vi.advanceTimersByTimeAsync(wait - 1);
      const tried = streams.length;
      await vi.advanceTimersByTimeAsync(1);
      expect(streams).toHaveLength(tried + 1);
    }
  });

  test('that can never succeed is not retried', async () => {
    const { refuse, streams, states } = setUp();
    refuse('NOT_A_MEMBER', 'no');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(1);
    expect(states).toEqual(['stopped: NOT_A_MEMBER']);
  });
});

describe('a resumed subscription', () => {
  test('is live after a second without events or errors', async () => {
    const { start, states } = setUp({ position: '7-5' });
    start();
    await vi.advanceTimersByTimeAsync(999);
    expect(states).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual(['live']);
  });

  test('is live at once with an event', () => {
    const { start, send, states } = setUp({ position: '7-5' });
    start();
    send('8');
    expect(states).toEqual(['live']);
  });

  test('needs a longer time to be live after a failure, because a server may take seconds to report the next one', async () => {
    const { start, refuse, states } = setUp({ position: '7-5' });
    refuse('STORE_UNAVAILABLE');
    await vi.advanceTimersByTimeAsync(1_000);
    start();
    await vi.advanceTimersByTimeAsync(4_000);
    refuse('STORE_UNAVAILABLE');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
    start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states.at(-1)).toBe('live');
  });

  test('is live again on the next connection, for which tRPC does not report a start', async () => {
    const { start, send, connection, states } = setUp();
    start();
    send('7');
    connection('connecting');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(['live', 'connecting']);
    connection('pending');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(states).toEqual(['live', 'connecting', 'live']);
  });

  test('that was stable starts over with its failures', async () => {
    const { start, send, refuse, streams } = setUp();
    for (const wait of [1_000, 2_000]) {
      refuse('ROOM_FULL');
      await vi.advanceTimersByTimeAsync(wait);
    }
    start();
    send('7');
    await vi.advanceTimersByTimeAsync(5_000);
    refuse('STORE_UNAVAILABLE');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(streams).toHaveLength(4);
  });
});

test('a closed subscription does not become live, and leaves no timer', async () => {
  const { closed, start, states } = setUp({ position: '7-5' });
  start();
  closed.abort();
  expect(vi.getTimerCount()).toBe(0);
  expect(states).toEqual([]);
});
