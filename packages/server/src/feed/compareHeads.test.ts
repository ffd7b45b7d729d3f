import type { Position } from '@earshot/shared';
import { expect, test, vi } from 'vitest';
import { createLogger } from '../observe/logger.ts';
import { compareHeads } from './compareHeads.ts';
import { OutageLog } from './outageLog.ts';
import { ModelStore } from './testModel.ts';

/** Open feeds, and a store whose rooms have one message each. */
function setUp(count: number) {
  const database = new ModelStore();
  database.latency = () => 0;
  const heads = vi.spyOn(database, 'heads');
  const storeOutageLog = new OutageLog(createLogger('silent'), 'store');
  const feeds = Array.from({ length: count }, (_, n) => ({
    roomId: `room ${n}`,
    head: { seq: n, time: n },
    compare: vi.fn((_answer: { head: Position; askedAt: number }, _feedHead: Position) => {}),
  }));
  for (const { roomId } of feeds) database.append(roomId);
  const open = new Map(feeds.map((feed) => [feed.roomId, feed]));
  return {
    database,
    heads,
    storeOutageLog,
    feeds,
    open,
    compare: () => compareHeads(open, { database, storeOutageLog }),
  };
}

const queries = ({ heads }: ReturnType<typeof setUp>) => heads.mock.calls.map(([roomIds]) => roomIds.length);

test('every feed gets the position of its room, its own at the time of the query, and that time', async () => {
  const bench = setUp(2);
  const began = performance.now();
  const comparing = bench.compare();
  for (const feed of bench.feeds) feed.head = { seq: 99, time: 99 };
  await comparing;
  for (const [n, { roomId, compare }] of bench.feeds.entries()) {
    expect(compare).toHaveBeenCalledOnce();
    const [answer, feedHead] = compare.mock.calls[0] ?? [];
    expect(answer?.head).toEqual(bench.database.position(roomId));
    expect(answer?.askedAt).toBeGreaterThanOrEqual(began);
    expect(feedHead).toEqual({ seq: n, time: n });
  }
});

test('a room without changes has the empty position', async () => {
  const bench = setUp(1);
  bench.database.log.clear();
  await bench.compare();
  expect(bench.feeds[0]?.compare.mock.calls[0]?.[0].head).toEqual({ seq: 0, time: 0 });
});

test.each([
  [0, []],
  [100, [100]],
  [101, [100, 1]],
  [300, [100, 100, 100]],
])('%d rooms are compared 100 at a time', async (count, expected) => {
  const bench = setUp(count);
  await bench.compare();
  expect(queries(bench)).toEqual(expected);
});

test('the event loop runs between two queries, but the first is sent at once', async () => {
  const bench = setUp(200);
  bench.heads.mockResolvedValue(new Map()); // no wait that would let the event loop run anyway
  let ticks = 0;
  const count = () => (ticks += 1);
  setImmediate(count);
  const comparing = bench.compare();
  expect(queries(bench)).toEqual([100]);
  await comparing;
  expect(ticks).toBe(1);
});

test('a feed that is closed meanwhile is left out; so is one that another feed has replaced', async () => {
  const bench = setUp(202);
  const [closed, replaced] = bench.feeds.slice(200);
  const [first] = bench.feeds;
  if (!closed || !replaced || !first) throw new Error('there are 202 feeds');
  first.compare.mockImplementation(() => {
    bench.open.delete(closed.roomId);
    bench.open.set(replaced.roomId, { ...replaced });
  });
  await bench.compare();
  expect(queries(bench)).toEqual([100, 100]);
  expect(closed.compare).not.toHaveBeenCalled();
  expect(replaced.compare).not.toHaveBeenCalled();
});

test('a store that fails is not asked about the other rooms; its answer ends the outage', async () => {
  const bench = setUp(200);
  const [onFailure, onSuccess] = [
    vi.spyOn(bench.storeOutageLog, 'onFailure'),
    vi.spyOn(bench.storeOutageLog, 'onSuccess'),
  ];
  const error = new Error('down');
  bench.heads.mockRejectedValueOnce(error);
  await bench.compare();
  expect(queries(bench)).toEqual([100]);
  expect(onFailure.mock.calls).toEqual([[error]]);
  expect(onSuccess).not.toHaveBeenCalled();
  await bench.compare();
  expect(onSuccess).toHaveBeenCalledTimes(2);
});
