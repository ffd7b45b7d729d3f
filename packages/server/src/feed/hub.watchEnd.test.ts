import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, nothing, remainingResources } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { history: 10 };

describe('the end of a watch is immediate and releases everything', () => {
  const waits = {
    'while the broker is awaited': 0,
    'while the position is read': 30,
    'while the snapshot is read': 130,
    'while nothing happens': 5_000,
  };

  test.each(Object.entries(waits))('by its signal, %s', async (_, ms) => {
    const bench = createBench();
    bench.broker.readyAfter = () => 20;
    bench.store.latency = () => 50;
    const reader = await bench.reader();
    await bench.pass(Math.max(0, ms - 10));
    reader.stop();
    expect(remainingResources(bench)).toMatchObject({ feeds: 0, watchers: 0, subscriptions: 0 });
    await bench.pass(0);
    expect(reader.ended).toBe(true);
    expect(reader.error).toBeUndefined();
    await bench.pass(1_000);
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('by its signal, while the store is being retried', async () => {
    const bench = createBench({ ringSize: 1 });
    const reader = await bench.reader({ slowness: 1 });
    for (let n = 0; n < 5; n += 1) bench.send();
    bench.store.down = true;
    await bench.pass(5_000);
    reader.stop();
    await bench.pass(1); // the call in progress
    expect(reader.ended).toBe(true);
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('by its signal, when no read is pending', async () => {
    const bench = createBench();
    const stop = new AbortController();
    const items = bench.hub.watch('room', { ...options, signals: [stop.signal] })[Symbol.asyncIterator]();
    const first = items.next();
    await bench.pass(10);
    expect((await first).value).toMatchObject({ type: 'snapshot' });
    stop.abort();
    expect(remainingResources(bench)).toEqual(nothing);
    bench.send();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test('by a break', async () => {
    const bench = createBench();
    const { signal } = new AbortController();
    const read = (async () => {
      for await (const item of bench.hub.watch('room', { ...options, signals: [signal] })) return item;
      return undefined;
    })();
    await bench.pass(10);
    expect(await read).toMatchObject({ type: 'snapshot' });
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('by a return while an item is awaited, and by a second return', async () => {
    const bench = createBench();
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const items = bench.hub.watch('room', { ...options, signals: [signal] })[Symbol.asyncIterator]();
    void items.next();
    await bench.pass(10);
    const waiting = items.next();
    const end = await items.return?.();
    expect([end?.done, (await waiting).done, (await items.return?.())?.done]).toEqual([true, true, true]);
    expect(remainingResources(bench)).toEqual(nothing);
    expect(remove).toHaveBeenCalledTimes(1); // nothing stays registered on the caller's signal, which may live long
  });

  test('before its start there is nothing to release', async () => {
    const bench = createBench();
    const stop = new AbortController();
    const iterable = bench.hub.watch('room', { ...options, signals: [stop.signal] });
    expect(remainingResources(bench)).toEqual(nothing);
    expect((await iterable[Symbol.asyncIterator]().return?.())?.done).toBe(true);
    stop.abort();
    expect((await iterable[Symbol.asyncIterator]().next()).done).toBe(true);
    expect(remainingResources(bench)).toEqual(nothing);
  });
});
