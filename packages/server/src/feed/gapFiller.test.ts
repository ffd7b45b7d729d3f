import { EarshotError } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../observe/logger.ts';
import { FeedReader } from './feedReader.ts';
import { GapFiller } from './gapFiller.ts';
import { OutageLog } from './outageLog.ts';
import type { FeedEntry } from './ring.ts';
import { Sequencer } from './sequencer.ts';
import { ModelStore } from './testModel.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A gap filler that waits for 50 ms, and a store with that many changes. */
function setup({ stored = 0, pageSize = 100, isSameHistory = true } = {}) {
  const store = new ModelStore();
  const entries = Array.from({ length: stored }, (): FeedEntry => {
    const event = store.append('room');
    return { event, fromConnectionId: 'broker', position: store.position('room') };
  });
  const controller = new AbortController();
  const storeOutageLog = new OutageLog(createLogger('silent'), 'store');
  const context = { database: store, storeOutageLog, pageSize, random: () => 0.5 };
  const delivered: FeedEntry[] = [];
  const sequencer = new Sequencer<FeedEntry>(100, (entry) => delivered.push(entry));
  sequencer.start(0);
  const onFilled = vi.fn();
  const verify = vi.fn(async () => isSameHistory);
  const filler = new GapFiller({
    ...{ sequencer, onFilled, verify, delayMs: 50, signal: controller.signal },
    reader: new FeedReader('room', context, controller.signal),
  });
  return {
    ...{ store, sequencer, filler, onFilled, verify },
    close: () => controller.abort(),
    reads: () => store.reads.changesSince,
    numbers: () => delivered.map(({ position }) => position?.seq),
    /** Where each delivered change came from. */
    sources: () => delivered.map(({ fromConnectionId }) => fromConnectionId || 'store'),
    /** Delivers these changes from the broker. */
    receive(...seqs: number[]): void {
      for (const seq of seqs) {
        const entry = entries[seq - 1];
        if (entry) sequencer.offer(seq, entry);
        filler.onProgress();
      }
    },
  };
}

test('a gap that closes by itself causes no read, and leaves no timer', async () => {
  const { receive, numbers, reads } = setup({ stored: 2 });
  receive(2);
  expect(vi.getTimerCount()).toBe(1);
  receive(1);
  expect(vi.getTimerCount()).toBe(0);
  await pass(1_000);
  expect([numbers(), reads()]).toEqual([[1, 2], 0]);
});

test('a gap that remains is filled from the store after the delay', async () => {
  const { receive, numbers, sources, reads, onFilled } = setup({ stored: 4 });
  receive(1, 4);
  await pass(49);
  expect(reads()).toBe(0);
  await pass(51);
  expect(numbers()).toEqual([1, 2, 3, 4]);
  expect(sources()).toEqual(['broker', 'store', 'store', 'store']);
  expect(onFilled.mock.calls).toEqual([['gap_filled', 3]]);
  expect([reads(), vi.getTimerCount()]).toEqual([1, 0]);
});

test('later changes do not prolong the wait for an earlier one', async () => {
  const { receive, reads } = setup({ stored: 5 });
  receive(2);
  await pass(40);
  receive(4, 5);
  await pass(15);
  expect(reads()).toBe(1);
});

test('progress restarts the wait, though another gap remains', async () => {
  const { receive, numbers, reads } = setup({ stored: 5 });
  receive(1, 3, 5);
  await pass(40);
  receive(2);
  await pass(55);
  expect(reads()).toBe(0);
  await pass(55);
  expect([reads(), numbers()]).toEqual([1, [1, 2, 3, 4, 5]]);
});

test('changes known only from a comparison are filled as well', async () => {
  const { sequencer, filler, numbers, onFilled } = setup({ stored: 2 });
  sequencer.noteKnown(2);
  filler.onProgress();
  await pass(100);
  expect(numbers()).toEqual([1, 2]);
  expect(onFilled.mock.calls).toEqual([['healed_by_check', 2]]);
});

test('reads page after page, and verifies the history once', async () => {
  const { receive, numbers, reads, verify } = setup({ stored: 5, pageSize: 2 });
  receive(5);
  await pass(200);
  expect(numbers()).toEqual([1, 2, 3, 4, 5]);
  expect([reads(), verify.mock.calls.length]).toEqual([3, 1]);
});

test('a change that the broker delivers during the read is not delivered twice', async () => {
  const { store, receive, numbers, sources, onFilled } = setup({ stored: 3 });
  store.latency = () => 20;
  receive(3);
  await pass(60);
  receive(1);
  await pass(100);
  expect(numbers()).toEqual([1, 2, 3]);
  expect(sources()).toEqual(['broker', 'store', 'store']);
  expect(onFilled.mock.calls).toEqual([['gap_filled', 2]]);
});

test('one read runs at a time, whatever is received meanwhile', async () => {
  const { store, receive, numbers, reads } = setup({ stored: 3 });
  store.latency = () => 100;
  receive(2);
  await pass(60);
  receive(3);
  await pass(150);
  expect(reads()).toBe(1);
  await pass(1_000);
  expect([numbers(), reads()]).toEqual([[1, 2, 3], 1]);
});

test('a gap that appears during a read is filled by the next', async () => {
  const { store, sequencer, receive, numbers, reads } = setup({ stored: 2 });
  store.latency = () => 100;
  receive(2);
  await pass(200);
  store.append('room'); // after the store was looked at
  sequencer.noteKnown(3);
  await pass(1_000);
  expect([numbers(), reads()]).toEqual([[1, 2, 3], 2]);
});

test('nothing is delivered from another history, and the gap is given up', async () => {
  const { receive, sequencer, numbers, onFilled } = setup({ stored: 3, isSameHistory: false });
  receive(3);
  await pass(1_000);
  expect(numbers()).toEqual([]);
  expect(onFilled).not.toHaveBeenCalled();
  expect([sequencer.hasGap, vi.getTimerCount()]).toEqual([false, 0]);
});

test('changes that the store does not have are no longer waited for', async () => {
  const { sequencer, filler, onFilled } = setup();
  sequencer.noteKnown(3);
  filler.onProgress();
  await pass(1_000);
  expect(onFilled).not.toHaveBeenCalled();
  expect([sequencer.hasGap, vi.getTimerCount()]).toEqual([false, 0]);
});

test('a failing store is read again until it answers', async () => {
  const { store, receive, numbers } = setup({ stored: 2 });
  store.down = true;
  receive(2);
  await pass(500);
  expect(numbers()).toEqual([]);
  store.down = false;
  await pass(60_000);
  expect(numbers()).toEqual([1, 2]);
});

test('a closed feed neither waits nor reads', async () => {
  const { receive, close, filler, reads } = setup({ stored: 2 });
  receive(2);
  close();
  expect(vi.getTimerCount()).toBe(0);
  filler.onProgress();
  await pass(1_000);
  expect([reads(), vi.getTimerCount()]).toEqual([0, 0]);
});

test('closing during a read ends it without an error', async () => {
  const { store, receive, close, numbers } = setup({ stored: 2 });
  vi.spyOn(store, 'changesSince').mockRejectedValue(new EarshotError('STORE_UNAVAILABLE'));
  receive(2);
  await pass(60);
  close();
  await pass(60_000);
  expect([numbers(), vi.getTimerCount()]).toEqual([[], 0]);
});
