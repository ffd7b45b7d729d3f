import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, nothing, Reader, remainingResources } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { history: 10 };
const typing = { type: 'typing', user: { userId: 'ann', username: 'Ann' }, isTyping: true } as const;

describe('opening and closing', () => {
  test('the first watcher of a room opens its feed, the last one closes it', async () => {
    const bench = createBench();
    const [first, second] = [await bench.reader(), await bench.reader()];
    expect(remainingResources(bench)).toEqual({ feeds: 1, watchers: 2, subscriptions: 1, timers: 1 });
    first.stop();
    expect(remainingResources(bench)).toMatchObject({ feeds: 1, watchers: 1, subscriptions: 1 });
    second.stop();
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('a room left and re-entered at once has one subscription, and the new watcher misses nothing', async () => {
    const bench = createBench();
    const first = await bench.reader();
    first.stop();
    const second = await bench.reader();
    bench.send();
    await bench.pass(10);
    expect(remainingResources(bench)).toMatchObject({ feeds: 1, watchers: 1, subscriptions: 1 });
    expect([first.summary, second.summary]).toEqual([['snapshot@0'], ['snapshot@0', '+1']]);
  });

  test('if the store is down when a room is opened, all waiting watchers are rejected, and nothing remains', async () => {
    const bench = createBench();
    bench.store.down = true;
    const readers = await Promise.all([bench.reader(), bench.reader({ after: 3 })]);
    for (const { error } of readers) expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(remainingResources(bench)).toEqual(nothing);
    bench.store.down = false;
    expect((await bench.reader()).summary).toEqual(['snapshot@0']);
  });

  test('a watcher that arrives after a failed opening gets a new feed, while others still wait for the old one', async () => {
    const bench = createBench();
    const { signal } = new AbortController();
    const watch = () => bench.hub.watch('room', { ...options, signals: [signal] })[Symbol.asyncIterator]();
    bench.store.down = true;
    const [first, second] = [watch().next(), watch().next()];
    const later = first.catch(() => {
      bench.store.down = false;
      return watch().next();
    });
    const rejected = expect(second).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await bench.pass(20);
    await rejected;
    expect((await later).value).toMatchObject({ type: 'snapshot' });
    expect(remainingResources(bench)).toMatchObject({ feeds: 1, watchers: 1, subscriptions: 1 });
  });

  test("if a start can't be read, only that watcher is rejected", async () => {
    const bench = createBench();
    const living = await bench.reader();
    bench.store.down = true;
    const refused = await bench.reader();
    expect(refused.error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    bench.send();
    await bench.pass(10);
    expect(living.summary).toEqual(['snapshot@0', '+1']);
    expect(remainingResources(bench)).toMatchObject({ watchers: 1, subscriptions: 1 });
  });
});

describe('publishing', () => {
  test('reaches only the watchers of that room', async () => {
    const bench = createBench();
    const reader = await bench.reader();
    await bench.hub.publish('elsewhere', typing);
    await bench.hub.publish('room', typing);
    await bench.pass(10);
    expect(reader.summary).toEqual(['snapshot@0', 'typing@0']);
  });

  test('never fails; events that the broker rejects reach the watchers here immediately', async () => {
    const bench = createBench({ checkIntervalMs: 600_000 });
    const reader = await bench.reader();
    bench.broker.interrupt();
    bench.send();
    await bench.hub.publish('room', typing);
    await bench.hub.publish('unwatched', typing);
    bench.change(1);
    await bench.pass(1);
    expect(reader.summary).toEqual(['snapshot@0', '+1', 'typing@1', '~2']);
    expect(bench.counts).toEqual({ publish_failed: 4 });
    expect(bench.store.reads.changesSince).toBe(0);
  });

  test('an event that the broker rejects reveals changes that other instances could not publish', async () => {
    const bench = createBench({ checkIntervalMs: 600_000 });
    const reader = await bench.reader();
    bench.broker.interrupt();
    bench.appendUnpublished(2);
    bench.send();
    await bench.pass(100);
    expect(reader.summary).toEqual(['snapshot@0', '+1', '+2', '+3']);
  });

  test('an outage of the broker is logged at its start and at its end', async () => {
    const bench = createBench();
    bench.broker.interrupt();
    for (let n = 0; n < 5; n += 1) await bench.hub.publish('room', typing);
    bench.broker.restore();
    for (let n = 0; n < 5; n += 1) await bench.hub.publish('room', typing);
    expect(bench.logged).toEqual([
      'broker unreachable: failed publishes are not retried, other instances read the changes from the store (check the connection to the broker)',
      'broker reachable again',
    ]);
  });
});

describe('closing the hub', () => {
  test('ends all watches and leaves no resources behind', async () => {
    const bench = createBench();
    const readers = await Promise.all([bench.reader(), bench.reader(), bench.reader({ slowness: 10_000 })]);
    await bench.hub.close();
    expect(remainingResources(bench)).toMatchObject({ feeds: 0, watchers: 0, subscriptions: 0 });
    expect(bench.broker.listeners).toBe(0);
    await bench.pass(20_000);
    expect(readers.map(({ ended, error }) => [ended, error])).toEqual(readers.map(() => [true, undefined]));
    expect(remainingResources(bench)).toEqual(nothing);
  });

  test('rejects new watches with a named error', async () => {
    const bench = createBench();
    await bench.hub.close();
    expect((await bench.reader()).error).toMatchObject({ code: 'SERVER_STOPPING' });
  });
});

test('writes of several rooms happen in one tick, before its process.nextTick callbacks, so that sockets can batch them', async () => {
  vi.useRealTimers(); // fake timers run no ticks in between
  const { hub, store } = createBench({ writeBudgetMs: 60_000 });
  const order: string[] = [];
  const readers = ['room', 'other'].map((roomId) => {
    const refusesWrites = () => {
      order.push(roomId);
      process.nextTick(() => order.push('tick'));
      return false;
    };
    return new Reader(hub, roomId, { refusesWrites });
  });
  await vi.waitFor(() => expect(hub.sharedWatchers).toBe(2));
  let rounds = 0;
  // On a busy machine the two may come in different ticks. With an immediate for each room, no round would succeed.
  await vi.waitFor(async () => {
    order.length = 0;
    rounds += 1;
    for (const roomId of ['room', 'other']) void hub.publish(roomId, store.append(roomId));
    await vi.waitFor(() => expect(readers.map(({ sharedCount }) => sharedCount)).toEqual([rounds, rounds]));
    expect(new Set(order.slice(0, order.indexOf('tick')))).toEqual(new Set(['room', 'other']));
  });
  for (const reader of readers) reader.stop();
});
