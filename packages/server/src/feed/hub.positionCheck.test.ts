import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, nothing, remainingResources } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { history: 10 };

describe('the position check', () => {
  test('is one query for all rooms', async () => {
    const bench = createBench({ checkIntervalMs: 3_000 });
    const stop = new AbortController();
    for (let n = 0; n < 20; n += 1) {
      void bench.hub
        .watch(`room ${n}`, { ...options, signals: [stop.signal] })
        [Symbol.asyncIterator]()
        .next();
    }
    await bench.pass(2_000);
    bench.store.reads.heads = 0;
    await bench.pass(3_000);
    expect(bench.store.reads.heads).toBe(1);
    stop.abort();
    await bench.pass(10);
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('queries a part of many rooms at a time, each in its own tick', async () => {
    const bench = createBench({ checkIntervalMs: 3_000 });
    const stop = new AbortController();
    for (let n = 0; n < 1_100; n += 1) {
      void bench.hub
        .watch(`room ${n}`, { ...options, signals: [stop.signal] })
        [Symbol.asyncIterator]()
        .next();
    }
    await bench.pass(2_000);
    const asked: { rooms: number; tick: number }[] = [];
    let tick = 0;
    const count = () => {
      tick += 1;
      if (asked.length < 11) setImmediate(count);
    };
    const read = bench.store.heads.bind(bench.store);
    using _heads = vi.spyOn(bench.store, 'heads').mockImplementation((roomIds) => {
      asked.push({ rooms: roomIds.length, tick });
      if (asked.length === 1) count();
      return read(roomIds);
    });
    await bench.pass(3_000);
    expect(asked.map(({ rooms }) => rooms)).toEqual(Array(11).fill(100));
    expect(new Set(asked.map((one) => one.tick)).size).toBe(11);
    stop.abort();
    await bench.pass(10);
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('is repeated by the timer when the store did not answer', async () => {
    const bench = createBench({ checkIntervalMs: 3_000 });
    const reader = await bench.reader();
    bench.appendUnpublished(1);
    bench.store.down = true;
    await bench.pass(7_000);
    bench.store.down = false;
    await bench.pass(3_000);
    expect(reader.summary).toEqual(['snapshot@0', '+1']);
    expect(bench.logged).toEqual([
      'store unreachable: reads are retried (check the connection to the store)',
      'store reachable again',
    ]);
  });
});

test('an interruption invalidates the head of the log until the next comparison', async () => {
  const { hub, broker, store, reader, send, pass } = createBench();
  await reader();
  const { message } = send();
  await pass(3_100);
  expect(hub.roomCache('room')?.headMessage).toEqual(message);
  store.latency = () => 100;
  broker.interrupt();
  broker.restore();
  await pass(10);
  expect(hub.roomCache('room')?.headMessage).toBe(undefined);
  await pass(300);
  expect(hub.roomCache('room')?.headMessage).toEqual(message);
});
