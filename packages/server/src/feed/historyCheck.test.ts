import type { Position } from '@earshot/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HistoryCheck } from './historyCheck.ts';
import { Ring } from './ring.ts';
import { changeOf } from './testFanOut.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (seq: number, time: number): Position => ({ seq, time });

/** A check of a feed that began at number 10 and delivered the numbers 11 and 13, and a store that answers each lookup with the given position. */
function setUp(inStore: Position = at(13, 1_300)) {
  const ring = new Ring(8);
  ring.initializeAt(at(10, 1_000));
  for (const position of [at(11, 1_100), at(13, 1_300)]) {
    ring.push({ event: changeOf(position.seq), fromConnectionId: '', position });
  }
  const lastChange = vi.fn(async (_seq: number) => inStore);
  const requestCheck = vi.fn();
  const onReplaced = vi.fn();
  return {
    lastChange,
    requestCheck,
    onReplaced,
    check: new HistoryCheck({ ring, lastChange, requestCheck, onReplaced }),
  };
}

describe('a comparison of positions', () => {
  test.each([
    ['at the feed', at(13, 1_300)],
    ['before the feed', at(14, 1_300)],
  ])('finds nothing wrong with a store %s', (_case, head) => {
    const { check, onReplaced } = setUp();
    for (let n = 0; n < 3; n += 1) expect(check.compare(head, at(13, 1_300))).toBe(true);
    expect(onReplaced).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['is behind the feed', at(12, 1_200)],
    ['has another time at its number', at(13, 1_301)],
  ])('compares again after half a second where the store %s, and believes the second answer', (_case, head) => {
    const { check, requestCheck, onReplaced } = setUp();
    expect(check.compare(head, at(13, 1_300))).toBe(false);
    vi.advanceTimersByTime(499);
    expect(requestCheck).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(requestCheck).toHaveBeenCalledOnce();
    expect(onReplaced).not.toHaveBeenCalled();
    expect(check.compare(head, at(13, 1_300))).toBe(false);
    expect(onReplaced).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('needs two such answers in a row', () => {
    const { check, onReplaced } = setUp();
    for (const seq of [12, 13, 12]) check.compare(at(seq, seq * 100), at(13, 1_300));
    expect(onReplaced).not.toHaveBeenCalled();
  });

  test('leaves no timer after the feed is closed', () => {
    const { check } = setUp();
    check.compare(at(12, 1_200), at(13, 1_300));
    check.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a received change with a number that was passed', () => {
  test.each([
    ['is the delivered one', at(11, 1_100)],
    ['was superseded before its number was delivered', at(12, 1_200)],
    ['has the time of the latest change', at(12, 1_300)],
    ['is older than the feed', at(9, 900)],
    ['is above the latest change', at(14, 1_400)],
  ])('causes no read of the store if it %s', (_case, received) => {
    const { check, lastChange } = setUp();
    check.checkReceived(received);
    expect(lastChange).not.toHaveBeenCalled();
  });

  test.each([
    ['has another time than the delivered one', at(11, 1_150), 11],
    ['was not delivered and is later than every delivered one', at(12, 1_400), 13],
    ['is from before the feed and later than every delivered one', at(9, 1_400), 13],
  ])('causes a read of the store if it %s', async (_case, received, read) => {
    const { check, lastChange, onReplaced } = setUp(at(read, 9_999));
    check.checkReceived(received);
    expect(lastChange.mock.calls).toEqual([[read]]);
    await vi.waitFor(() => expect(onReplaced).toHaveBeenCalledOnce());
  });

  test('causes one read at a time', async () => {
    const { check, lastChange, onReplaced } = setUp();
    const received = at(12, 1_400);
    check.checkReceived(received);
    check.checkReceived(received);
    expect(lastChange).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(0);
    check.checkReceived(received);
    expect(lastChange).toHaveBeenCalledTimes(2);
    expect(onReplaced).not.toHaveBeenCalled();
  });

  test('may arrive when the feed is closed during the read', async () => {
    const { check, lastChange, onReplaced } = setUp();
    lastChange.mockRejectedValueOnce(new Error('aborted'));
    check.checkReceived(at(12, 1_400));
    await vi.advanceTimersByTimeAsync(0);
    expect(onReplaced).not.toHaveBeenCalled();
  });
});

test('an empty history is part of every history', async () => {
  const { check, lastChange } = setUp(at(0, 1));
  expect(await check.verify(at(0, 0))).toBe(true);
  expect(lastChange).not.toHaveBeenCalled();
});
