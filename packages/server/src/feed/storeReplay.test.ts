import { type ChangeEvent, EarshotError, emptyPosition, type Message } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TickShares } from '../async/tickShares.ts';
import { EventBatch } from './eventBatch.ts';
import { LogPage } from './logPage.ts';
import { Cursor, Ring } from './ring.ts';
import { StoreReplay } from './storeReplay.ts';
import { ModelStore } from './testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Setup {
  /** Number of messages in the store. */
  stored?: number;
  /** The watcher has every change up to this one. */
  from?: number;
  isReplaced?: boolean;
  /** The first change that the ring may have is the one after this. */
  ringFloor?: number;
}

const pageOf = (messages: Message[]) =>
  new LogPage({ messages, isLast: messages.length < 2, readAt: performance.now() });

/** A replay with pages of two changes, and what it did: `shared 0` and `fresh 2` are reads of the store. */
function setup({ stored = 0, from = 0, isReplaced = false, ringFloor = 0 }: Setup) {
  const store = new ModelStore();
  for (let n = 0; n < stored; n += 1) store.append('room');
  const actions: string[] = [];
  const controller = new AbortController();
  const cursor = new Cursor(from === 0 ? emptyPosition : store.position('room', from), 0);
  const ring = new Ring(4);
  ring.initializeAt({ seq: ringFloor, time: 0 });
  const replay = new StoreReplay({
    cursor,
    signal: controller.signal,
    inBatches: false,
    feed: {
      ...{ ring, isReplaced, tickShares: new TickShares(), expiredBefore: null },
      async changesSince(seq, notBefore) {
        actions.push(`${notBefore === null ? 'shared' : 'fresh'} ${seq}`);
        return pageOf(await store.changesSince('room', seq, 2));
      },
    },
    readLimiter: {
      async acquirePage() {
        actions.push('acquire');
        return {
          charge: (messages: readonly Message[]) => void actions.push(`charge ${messages.length}`),
          release: () => void actions.push('release'),
        };
      },
    },
  });
  return { store, cursor, replay, actions, abort: () => controller.abort() };
}

/** Waits for the promise while the fake time advances. */
async function settled<T>(promise: Promise<T>, ms = 100): Promise<T> {
  const handled = promise.catch(() => {});
  await vi.advanceTimersByTimeAsync(ms);
  void handled;
  return promise;
}

/** The next change of a replay without batches. */
async function nextChange(replay: StoreReplay): Promise<ChangeEvent | null> {
  const next = await settled(replay.next());
  if (next instanceof EventBatch) throw new Error('a batch');
  return next;
}

test('delivers the changes after the position, page by page, and moves the position with each', async () => {
  const { replay, cursor, actions } = setup({ stored: 6, from: 3 });
  const numbers: (number | undefined)[] = [];
  for (let n = 0; n < 4; n += 1) {
    const event = await nextChange(replay);
    numbers.push(event?.message.updatedSeq);
    expect(cursor.seq).toBe(event?.message.updatedSeq ?? 6);
  }
  expect(numbers).toEqual([4, 5, 6, undefined]);
  expect(actions).toEqual([
    ...['acquire', 'shared 3', 'charge 2'],
    ...['release', 'acquire', 'fresh 5', 'charge 1'],
    'release',
  ]);
});

test('a full page may be the last: the next one is empty', async () => {
  const { replay, actions } = setup({ stored: 2 });
  for (let n = 0; n < 2; n += 1) expect(await settled(replay.next())).not.toBeNull();
  expect(await settled(replay.next())).toBeNull();
  expect(actions.filter((action) => /shared|fresh/.test(action))).toEqual(['shared 0', 'fresh 2']);
});

test('a message before the position is updated, one after it is created', async () => {
  const { store, replay } = setup({ stored: 2, from: 2 });
  store.change('room', 1, 'edited');
  store.append('room');
  expect((await nextChange(replay))?.type).toBe('message.updated');
  expect((await nextChange(replay))?.type).toBe('message.created');
});

test('a message that the watcher skipped as superseded is created', async () => {
  const { store, cursor, replay } = setup({ stored: 2, from: 2 });
  const created = { event: store.append('room'), fromConnectionId: '', position: store.position('room') };
  cursor.skip({ ...created, superseded: true });
  cursor.advanceTo(created.position);
  store.change('room', 3, 'edited');
  const late = new StoreReplay({
    cursor,
    readLimiter: undefined,
    signal: new AbortController().signal,
    inBatches: false,
    feed: {
      ...{ ring: new Ring(4), isReplaced: false, tickShares: new TickShares(), expiredBefore: null },
      changesSince: async (seq) => pageOf(await store.changesSince('room', seq, 2)),
    },
  });
  expect((await nextChange(late))?.type).toBe('message.created');
  expect(cursor.takeUnseen()).toBeUndefined();
  replay.close();
});

test('waits for a store that is behind the ring', async () => {
  const { replay } = setup({ ringFloor: 5 });
  let isDone = false;
  const next = replay.next().finally(() => {
    isDone = true;
  });
  await vi.advanceTimersByTimeAsync(200);
  expect(isDone).toBe(false);
  expect(await settled(next)).toBeNull();
});

test('does not wait for a store that has nothing new', async () => {
  const { replay } = setup({ stored: 1, from: 1, ringFloor: 1 });
  expect(await settled(replay.next(), 20)).toBeNull();
});

test('ends after a page when the history was replaced', async () => {
  const { replay } = setup({ stored: 4, isReplaced: true });
  for (let n = 0; n < 2; n += 1) expect(await settled(replay.next())).not.toBeNull();
  expect(await settled(replay.next())).toBeNull();
});

test('a failed read releases its share, and the error is passed on', async () => {
  const { store, replay, actions } = setup({ stored: 1 });
  store.down = true;
  await expect(settled(replay.next())).rejects.toThrow(new EarshotError('STORE_UNAVAILABLE'));
  expect(actions).toEqual(['acquire', 'shared 0', 'release']);
});

test('an abort ends the read at once, and releases its share', async () => {
  const { store, replay, actions, abort } = setup({ stored: 1 });
  store.latency = () => 10_000;
  const next = replay.next();
  next.catch(() => {});
  await vi.advanceTimersByTimeAsync(10);
  abort();
  await expect(settled(next, 0)).rejects.toThrow('aborted');
  expect(actions).toEqual(['acquire', 'shared 0', 'release']);
});

test('closing releases the share of the page once', async () => {
  const { replay, actions } = setup({ stored: 2 });
  await settled(replay.next());
  replay.close();
  replay.close();
  expect(actions.filter((action) => action === 'release')).toEqual(['release']);
});
