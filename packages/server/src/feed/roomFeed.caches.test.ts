import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, newestPage } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watched room with three messages, and a membership check of `ann` that counts its look-ups. */
async function setUp() {
  const bench = createBench();
  bench.appendUnpublished(3);
  const watcher = await bench.reader();
  const lookUp = vi.fn(async () => true);
  const check = async (userId = 'ann') => {
    await bench.hub.roomCache('room')?.isMember(userId, lookUp);
    return lookUp.mock.calls.length;
  };
  /** Requests the newest page. Returns how often the store was read for it. */
  const readsOfPage = async () => {
    const before = bench.store.reads.snapshot;
    const loading = newestPage(bench.hub, 'room', 3);
    await bench.pass(10);
    await loading;
    return bench.store.reads.snapshot - before;
  };
  return { ...bench, watcher, check, readsOfPage };
}

describe('a cached membership check', () => {
  test('is dropped when its user leaves, on any instance, and not when another user does', async () => {
    const { hub, pass, check } = await setUp();
    expect([await check(), await check('bob'), await check(), await check('bob')]).toEqual([1, 2, 2, 2]);
    void hub.publish('room', { type: 'member.left', userId: 'bob' }, 'other');
    await pass(1);
    expect([await check(), await check('bob')]).toEqual([2, 3]);
  });

  test('stays when an ephemeral event arrives', async () => {
    const { hub, pass, check } = await setUp();
    const user = { userId: 'ann', username: 'Ann' };
    expect(await check()).toBe(1);
    void hub.publish('room', { type: 'typing', user, isTyping: true });
    void hub.publish('room', { type: 'user.left', user, userCount: 0 });
    await pass(1);
    expect(await check()).toBe(1);
  });

  test('is dropped when the room is removed, with the cached page', async () => {
    const { hub, pass, check, readsOfPage } = await setUp();
    expect([await readsOfPage(), await readsOfPage(), await check()]).toEqual([1, 0, 1]);
    void hub.publish('room', { type: 'room.removed' });
    await pass(1);
    expect(await check()).toBe(2);
    expect(await readsOfPage()).toBe(1);
  });
});

describe('the snapshots of a room', () => {
  test('come from memory from the third on', async () => {
    const { reader, store } = await setUp();
    const reads = [store.reads.snapshot];
    for (let n = 0; n < 3; n += 1) {
      expect((await reader()).summary).toEqual(['snapshot@3']);
      reads.push(store.reads.snapshot);
    }
    expect(reads).toEqual([1, 2, 2, 2]);
  });

  test.each([
    ['read from the store', { after: 0 }, ['+1', '+2', '+3', '+4', '+5']],
    ['that fills the memory', {}, ['snapshot@3', '+4', '+5']],
  ])('one %s ahead of the feed lets the feed read what it lacks', async (_case, options, expected) => {
    const { reader, pass, appendUnpublished } = createBench({ checkIntervalMs: 600_000 });
    appendUnpublished(3);
    const watcher = await reader(options);
    await pass(20);
    appendUnpublished(2);
    expect((await reader()).summary).toEqual(['snapshot@5']);
    await pass(100);
    expect(watcher.summary).toEqual(expected);
  });
});

test('a page is not read from memory once the store seems to have another history', async () => {
  const { readsOfPage, pass, store } = await setUp();
  expect([await readsOfPage(), await readsOfPage()]).toEqual([1, 0]);
  store.restore('room', 2);
  await pass(3_050); // the first comparison after the restore
  expect(await readsOfPage()).toBe(1);
});

describe('a watcher that resumes', () => {
  test('at the position of the feed without a read of the store', async () => {
    const { reader, store } = await setUp();
    const reads = { ...store.reads };
    const { items } = await reader({ after: store.position('room') });
    expect(items).toEqual([]);
    expect(store.reads).toEqual(reads);
  });

  test('from the beginning receives every change', async () => {
    const { reader, pass } = await setUp();
    const resumed = await reader({ after: { seq: 0, time: 0 } });
    await pass(50);
    expect(resumed.summary).toEqual(['+1', '+2', '+3']);
  });

  test('ahead of the feed lets the feed read what it lacks', async () => {
    const { reader, pass, watcher, store, appendUnpublished } = await setUp();
    appendUnpublished(1);
    const ahead = await reader({ after: store.position('room') });
    await pass(100);
    expect(watcher.summary).toEqual(['snapshot@3', '+4']);
    expect(ahead.summary).toEqual([]);
  });
});

test('pending events are written at once on request', async () => {
  const { hub, reader, send, pass } = createBench();
  const shared = await reader({ refusesWrites: () => false });
  send();
  await vi.advanceTimersToNextTimerAsync(); // the broker delivers
  const before = shared.sharedCount;
  hub.flush();
  expect([before, shared.sharedCount]).toEqual([0, 1]);
  await pass(10);
  expect(shared.sharedCount).toBe(1);
});

test('a watcher whose signal is aborted before it begins opens no feed', async () => {
  const { hub, broker, pass, store } = createBench();
  const signals = [new AbortController().signal, AbortSignal.abort()];
  const watch = hub.watch('room', { history: 5, signals });
  const next = watch.next();
  await pass(10);
  expect(await next).toEqual({ done: true, value: undefined });
  expect([hub.openFeeds, hub.watchers, broker.subscriptions, store.reads.heads]).toEqual([0, 0, 0, 0]);
});
