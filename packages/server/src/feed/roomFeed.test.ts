import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeEnvelope } from './envelope.ts';
import { createBench } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const user = { userId: 'ann', username: 'Ann' };

describe('presence', () => {
  test('counts are sent at most once per second, the latest', async () => {
    const { reader, hub, pass } = createBench();
    const watcher = await reader();
    for (let userCount = 101; userCount <= 150; userCount += 1) {
      void hub.publish('room', { type: 'presence', userCount });
      await pass(100);
    }
    await pass(1_000);
    const counts = watcher.items.flatMap((item) =>
      item.kind === 'event' && item.event.type === 'presence' ? [item.event.userCount] : [],
    );
    expect(counts.length).toBe(6);
    expect([counts[0], counts.at(-1)]).toEqual([101, 150]);
  });

  test.each([
    [{ type: 'user.joined', user, userCount: 102 }, []],
    [{ type: 'user.left', user, userCount: 100 }, []],
    [{ type: 'typing', user, isTyping: true }, ['presence@0']],
  ] as const)('a pending count is dropped when a join or leave brings a newer one: %j', async (event, later) => {
    const { reader, hub, pass } = createBench();
    const watcher = await reader();
    void hub.publish('room', { type: 'presence', userCount: 102 });
    void hub.publish('room', { type: 'presence', userCount: 101 });
    void hub.publish('room', event);
    await pass(5_000);
    expect(watcher.summary).toEqual(['snapshot@0', 'presence@0', `${event.type}@0`, ...later]);
  });
});

describe('payloads from outside', () => {
  test('an unreadable payload is counted, logged once, and has no other effect', async () => {
    const { reader, broker, send, pass, counts, logged } = createBench();
    const watcher = await reader();
    for (const payload of ['', 'null', '{"from_socket_id":1}']) await broker.publish('room', payload);
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@0', '+1']);
    expect(counts).toEqual({ bad_payload: 3 });
    expect(logged).toEqual([
      'broker payload ignored: unreadable (check for another program or version that publishes to these channels)',
    ]);
  });

  test('a change of another room is rejected', async () => {
    const { reader, broker, store, pass, counts } = createBench();
    const watcher = await reader();
    await broker.publish('room', encodeEnvelope(store.append('other'), ''));
    await pass(10);
    expect(watcher.summary).toEqual(['snapshot@0']);
    expect(counts).toEqual({ bad_payload: 1 });
  });

  test('a repeat is dropped and counted', async () => {
    const { reader, broker, send, pass, counts } = createBench();
    const watcher = await reader();
    broker.deliveryDelays = () => [0, 5, 9];
    send();
    await pass(20);
    expect(watcher.summary).toEqual(['snapshot@0', '+1']);
    expect(counts).toEqual({ duplicate_dropped: 2 });
  });
});
