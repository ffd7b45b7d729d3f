import { type Position, positionOf } from '@earshot/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeEnvelope } from './envelope.ts';
import { createBench, newestPage } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const room = 'room';
const typing = { type: 'typing', user: { userId: 'ann', username: 'Ann' }, isTyping: true } as const;

/** Appends messages 1 to `count` with pauses between them; resolves to the position after each. */
async function fill({ store, pass }: ReturnType<typeof createBench>, count: number): Promise<Position[]> {
  const positions: Position[] = [];
  for (let n = 0; n < count; n += 1) {
    positions.push(positionOf(store.append(room).message));
    await pass(5);
  }
  return positions;
}

/** A room that was at 10, was restored to 5 and continued to 15 before the first watch; and its positions at 1 to 10. */
async function restored() {
  const bench = createBench();
  const before = await fill(bench, 10);
  bench.store.restore(room, 5);
  await fill(bench, 10);
  return { ...bench, before };
}

describe('a watch that resumes after the store was restored', () => {
  test.each([6, 8, 10])('to a state before its position %i is reset', async (seq) => {
    const { reader, before, send, pass } = await restored();
    const watcher = await reader({ after: before[seq - 1], history: 3 });
    send();
    await pass(10);
    expect(watcher.summary).toEqual(['reset@15', '+16']);
    expect(watcher.items[0]).toMatchObject({ messages: [{ seq: 13 }, { seq: 14 }, { seq: 15 }] });
  });

  test.each([1, 4, 5])('to a state at or after its position %i misses nothing', async (seq) => {
    const { reader, before } = await restored();
    const watcher = await reader({ after: before[seq - 1] });
    const missed = Array.from({ length: 15 - seq }, (_, index) => `+${seq + 1 + index}`);
    expect(watcher.summary).toEqual(missed);
  });

  test('is reset by the ring as well as by the store', async () => {
    const bench = await restored();
    const first = await bench.reader({ after: 3 });
    for (let n = 0; n < 3; n += 1) bench.send();
    await bench.pass(10);
    const reads = bench.store.reads.lastChange;
    const here = positionOf(bench.store.log.get(room)?.[16]?.message ?? bench.send().message);
    const [same, other] = [await bench.reader({ after: here }), await bench.reader({ after: { ...here, time: 1 } })];
    expect(first.summary).toHaveLength(15);
    expect([same.summary, other.summary]).toEqual([['+18'], ['reset@18']]);
    expect(bench.store.reads.lastChange).toBe(reads);
  });

  test('with a plain number as position continues, and gets a time from then on', async () => {
    const { reader, hub, store, pass } = await restored();
    const watcher = await reader({ after: 15 });
    void hub.publish(room, typing);
    await pass(10);
    expect(watcher.items).toMatchObject([{ event: typing, position: store.position(room) }]);
  });

  test('is not reset because the change at its position was superseded', async () => {
    const bench = createBench();
    const before = await fill(bench, 10);
    for (const seq of [10, 9]) bench.store.change(room, seq, 'changed');
    const watcher = await bench.reader({ after: before[9] });
    expect(watcher.summary).toEqual(['~11', '~12']);
  });

  test('is reset if the change at its number was superseded and the changes before it are new', async () => {
    const bench = await restored();
    for (const seq of [10, 9]) bench.store.change(room, seq, 'changed');
    expect((await bench.reader({ after: bench.before[9], history: 0 })).summary).toEqual(['reset@17']);
  });

  test('is reset if nothing is left, and receives everything if it knew nothing', async () => {
    const bench = createBench();
    const before = await fill(bench, 3);
    bench.store.restore(room, 0);
    const [lost, fresh] = [
      await bench.reader({ after: before[2] }),
      await bench.reader({ after: { seq: 0, time: 0 } }),
    ];
    bench.send();
    await bench.pass(10);
    expect([lost.summary, fresh.summary]).toEqual([['reset@0', '+1'], ['+1']]);
  });
});

describe('a store that is restored while a room is watched', () => {
  const refusesWrites = () => false;

  test.each([
    ['is behind', 0],
    ['has continued to the same number', 5],
    ['has continued further, unknown to the broker', 7],
  ])('and %s: all watchers are reset, and continue', async (_case, more) => {
    const bench = createBench();
    const watchers = [await bench.reader({ history: 2 }), await bench.reader({ history: 2, refusesWrites })];
    for (let n = 0; n < 10; n += 1) bench.send();
    await bench.pass(3_100);
    await newestPage(bench.hub, room, 50);
    bench.store.restore(room, 5);
    await fill(bench, more);
    await bench.pass(7_000);
    expect(bench.hub.roomCache(room)?.headMessage).toBeUndefined();
    bench.send();
    await bench.pass(10);
    const head = 5 + more;
    for (const { summary, error } of watchers) {
      expect(error).toBeUndefined();
      expect(summary.slice(11)).toEqual([`reset@${head}`, `+${head + 1}`]);
    }
    const page = newestPage(bench.hub, room, 50);
    await bench.pass(10);
    expect((await page)?.messages).toEqual(bench.store.messages(room));
    expect(bench.counts).toMatchObject({ history_replaced: 1 });
    expect(bench.logged).toEqual([expect.stringContaining('room history replaced')]);
    expect([bench.hub.openFeeds, bench.hub.watchers, bench.broker.subscriptions]).toEqual([1, 2, 1]);
  });

  test('and written to by another instance: its first event reveals it', async () => {
    const bench = createBench();
    const watcher = await bench.reader();
    for (let n = 0; n < 10; n += 1) bench.send();
    await bench.pass(100);
    bench.store.restore(room, 5);
    for (let n = 0; n < 7; n += 1) void bench.broker.publish(room, encodeEnvelope(bench.store.append(room), ''));
    await bench.pass(100);
    expect(watcher.summary.slice(11).filter((item) => item.startsWith('reset'))).toEqual(['reset@12']);
    bench.send();
    await bench.pass(100);
    expect(watcher.summary.at(-1)).toBe('+13');
  });

  test('a forged event with a delivered number causes one read of the store, and nothing else', async () => {
    const bench = createBench();
    const watcher = await bench.reader();
    const { type, message } = bench.send();
    await bench.pass(10);
    bench.store.latency = () => 20;
    for (let n = 0; n < 100; n += 1) {
      const forged = { type, message: { ...message, content: 'forged', timestamp: new Date(n) } };
      void bench.broker.publish(room, encodeEnvelope(forged, ''));
    }
    await bench.pass(100);
    expect(bench.store.reads.lastChange).toBe(1);
    expect(watcher.summary).toEqual(['snapshot@0', '+1']);
  });

  test('a store that is behind only briefly is waited for', async () => {
    const bench = createBench();
    const watcher = await bench.reader();
    for (let n = 0; n < 3; n += 1) bench.send();
    await bench.pass(2_900);
    const whole = [...(bench.store.log.get(room) ?? [])];
    bench.store.restore(room, 2);
    await bench.pass(300);
    bench.store.log.set(room, whole);
    bench.send();
    await bench.pass(7_000);
    expect(watcher.summary).toEqual(['snapshot@0', '+1', '+2', '+3', '+4']);
    expect(bench.counts.history_replaced).toBeUndefined();
  });

  test('leaves no resources behind, whenever the watchers stop', async () => {
    for (const ms of [0, 1, 3, 5, 8, 15]) {
      vi.clearAllTimers();
      const bench = createBench({ checkIntervalMs: 100 });
      const watchers = [await bench.reader({ slowness: 2 }), await bench.reader({ refusesWrites })];
      for (let n = 0; n < 10; n += 1) bench.send();
      await bench.pass(100);
      bench.store.restore(room, 5);
      await bench.pass(200 + ms);
      for (const watcher of watchers) watcher.stop();
      await bench.pass(1_000);
      expect(watchers.map(({ ended, error }) => [ended, error])).toEqual([
        [true, undefined],
        [true, undefined],
      ]);
      const { openFeeds, watchers: left, sharedWatchers, cachedPages } = bench.hub;
      expect([openFeeds, left, sharedWatchers, cachedPages, bench.broker.subscriptions, vi.getTimerCount()]).toEqual([
        0, 0, 0, 0, 0, 0,
      ]);
    }
  });
});
