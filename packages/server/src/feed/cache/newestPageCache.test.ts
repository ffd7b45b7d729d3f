import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeEnvelope } from '../envelope.ts';
import { createBench, newestPage } from '../testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const room = 'room';

/** A bench with a watcher in a room of three messages. */
async function watched(options?: Parameters<typeof createBench>[0]) {
  const bench = createBench(options);
  for (let n = 0; n < 3; n += 1) bench.store.append(room);
  const reader = await bench.reader();
  const page = async (limit = 50) => {
    const asked = newestPage(bench.hub, room, limit);
    await bench.pass(10);
    return asked;
  };
  const seqs = async (limit?: number) => (await page(limit))?.messages.map(({ seq, updatedSeq }) => [seq, updatedSeq]);
  return { ...bench, reader, page, seqs };
}

test('many readers of one page cause one read of the store', async () => {
  const { hub, page, store, send, pass } = await watched();
  store.reads.snapshot = 0;
  const asked = Array.from({ length: 100 }, () => newestPage(hub, room, 2));
  await pass(10);
  const pages = await Promise.all(asked);
  expect(pages[0]?.messages.map(({ seq }) => seq)).toEqual([2, 3]);
  expect(pages[0]?.hasMore).toBe(true);
  expect(new Set(pages).size).toBe(1);
  send();
  await pass(10);
  expect((await page(100))?.messages).toEqual(store.messages(room));
  expect(store.reads.snapshot).toBe(1);
});

test('there is no cache without watchers, and the cache is dropped with the last watcher', async () => {
  const { hub, page, reader } = await watched();
  expect(await newestPage(hub, 'elsewhere', 2)).toBe(null);
  await page();
  expect(hub.cachedPages).toBe(1);
  reader.stop();
  expect(hub.cachedPages).toBe(0);
  expect(await page()).toBe(null);
});

test('the page includes every change observed here, or must be read from the store', async () => {
  const { broker, seqs, send, pass, hub } = await watched();
  await seqs();
  broker.deliveryDelays = () => [200];
  send();
  expect(await seqs()).toBe(undefined);
  await pass(250);
  expect(await seqs()).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
  // For example, a repeated send is answered with a message that another instance stored.
  hub.roomCache(room)?.noteObserved(5);
  expect(await seqs()).toBe(undefined);
});

test('while changes are missing the page must be read from the store', async () => {
  const { broker, store, seqs, pass } = await watched();
  await seqs();
  store.append(room);
  store.change(room, 1, 'changed');
  const [, , , , last] = store.log.get(room) ?? [];
  if (last) await broker.publish(room, encodeEnvelope(last, ''));
  await pass(5);
  expect(await seqs()).toBe(undefined);
  await pass(100);
  expect(await seqs()).toEqual([
    [1, 5],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
});

test('changes during the read are included', async () => {
  const { hub, store, send, pass } = await watched();
  store.latency = () => 50;
  const asked = newestPage(hub, room, 50);
  await pass(70);
  send();
  await pass(100);
  expect((await asked)?.messages).toHaveLength(4);
});

test('the page is read again from a store that was restored to an earlier state', async () => {
  const { store, broker, hub, seqs, pass } = await watched({ checkIntervalMs: 100 });
  for (let n = 0; n < 3; n += 1) await broker.publish(room, encodeEnvelope(store.append(room), '')); // another instance
  await pass(10);
  expect(await seqs()).toHaveLength(6);
  await pass(200);
  expect(hub.roomCache(room)?.headMessage?.seq).toBe(6);
  store.restore(room, 5);
  await pass(300);
  expect(hub.roomCache(room)?.headMessage).toBe(undefined);
  expect(await seqs()).toHaveLength(5);
});

test('a failure of the store is passed on, and the next request retries', async () => {
  const { hub, store, seqs, pass } = await watched();
  store.down = true;
  const asked = newestPage(hub, room, 2).catch((error: unknown) => error);
  await pass(10);
  expect(await asked).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  store.down = false;
  expect(await seqs(1)).toEqual([[3, 3]]);
});

test('the number of cached rooms is bounded: the least recently read are evicted', async () => {
  const { hub, store, pass, reader } = createBench({ cachedPagesMax: 2 });
  await reader();
  const stop = new AbortController();
  const rooms = ['a', 'b', 'c'];
  for (const roomId of rooms)
    void hub
      .watch(roomId, { history: 0, signals: [stop.signal] })
      [Symbol.asyncIterator]()
      .next();
  await pass(10);
  for (const roomId of ['a', 'b', 'a', 'c']) {
    const asked = newestPage(hub, roomId, 2);
    await pass(10);
    expect(await asked).not.toBe(null);
  }
  expect(hub.cachedPages).toBe(2);
  store.reads.snapshot = 0;
  void newestPage(hub, 'a', 2);
  void newestPage(hub, 'c', 2);
  expect(store.reads.snapshot).toBe(0);
  void newestPage(hub, 'b', 2);
  expect(store.reads.snapshot).toBe(1);
  stop.abort();
});

test('later watchers of a room start from memory', async () => {
  const { reader, store, send, pass, hub } = createBench();
  send();
  await reader();
  expect([store.reads.snapshot, hub.cachedPages]).toEqual([1, 0]);
  await reader();
  expect([store.reads.snapshot, hub.cachedPages]).toEqual([2, 1]);
  send();
  await pass(10);
  const third = await reader({ history: 1 });
  send();
  await pass(10);
  expect(third.summary).toEqual(['snapshot@2', '+3']);
  expect(third.items[0]).toMatchObject({ messages: [{ seq: 2 }] });
  expect(store.reads.snapshot).toBe(2);
});
