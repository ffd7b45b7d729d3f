import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeEnvelope } from './envelope.ts';
import { createBench, nothing, remainingResources } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A bench whose store takes 40 ms for a read: 20 ms until it looks, 20 ms until its answer arrives. No check of positions runs. */
function slowStore() {
  const bench = createBench({ checkIntervalMs: 600_000, gapDelayMs: 50 });
  bench.store.latency = () => 20;
  return bench;
}

describe('changes that arrive while the feed reads its position', () => {
  test('are delivered after it, each once', async () => {
    const { store, reader, send, pass, counts } = slowStore();
    store.append('room');
    const watching = reader();
    await pass(15);
    send(); // part of the position
    await pass(10);
    send(); // after it
    const watcher = await watching;
    await pass(200);
    expect(watcher.summary).toEqual(['snapshot@3']);
    expect(store.reads.changesSince).toBe(0);
    expect(counts).toEqual({});
  });

  test('a gap among them is filled, although nothing follows', async () => {
    const { store, reader, send, appendUnpublished, pass, counts } = slowStore();
    const watcher = reader({ after: 0 });
    await pass(25);
    appendUnpublished(1);
    send();
    await pass(400);
    expect((await watcher).summary).toEqual(['+1', '+2']);
    expect(counts).toMatchObject({ gap_filled: 2 });
    expect(store.reads.changesSince).toBe(1);
  });

  test('one that the store does not have reveals a replaced history', async () => {
    const { store, broker, reader, pass, counts } = slowStore();
    store.append('room');
    const { message } = store.append('room');
    const other = { ...message, timestamp: new Date(message.timestamp.getTime() + 1) };
    const watching = reader();
    await pass(5);
    await broker.publish('room', encodeEnvelope({ type: 'message.created', message: other }, 'other'));
    await watching;
    await pass(1_000);
    expect(store.reads.lastChange).toBe(1);
    expect(counts).toEqual({});
  });
});

describe('membership checks', () => {
  test('are cached once the broker delivers departures', async () => {
    const { hub, broker, reader, pass } = createBench();
    broker.readyAfter = () => 500;
    const lookUp = vi.fn(async () => true);
    const check = () => hub.roomCache('room')?.isMember('ann', lookUp);
    await reader();
    expect([await check(), await check()]).toEqual([true, true]);
    expect(lookUp).toHaveBeenCalledTimes(2);
    await pass(500);
    expect([await check(), await check()]).toEqual([true, true]);
    expect(lookUp).toHaveBeenCalledTimes(3);
  });
});

describe('a feed that is closed leaves no timer', () => {
  test('of the next count of users', async () => {
    const bench = createBench();
    const watcher = await bench.reader();
    for (const userCount of [101, 102]) void bench.hub.publish('room', { type: 'presence', userCount });
    await bench.pass(1);
    watcher.stop();
    await bench.pass(1);
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('of the second comparison with the store', async () => {
    const bench = createBench({ checkIntervalMs: 100 });
    bench.appendUnpublished(2);
    const watcher = await bench.reader();
    bench.store.restore('room', 1);
    await bench.pass(150);
    watcher.stop();
    await bench.pass(1);
    expect(remainingResources(bench)).toEqual(nothing);
  });
});
