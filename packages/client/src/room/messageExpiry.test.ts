import type { Room } from '@earshot/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testMessage, testRoom } from '../../../shared/src/testMessages.ts';
import { MessageExpiry } from './messageExpiry.ts';
import { play, snapshot } from './testTimeline.ts';

const day = 24 * 60 * 60_000;

beforeEach(() => void vi.useFakeTimers({ now: 100 * day }));
afterEach(() => void vi.useRealTimers());

const sentOn = (...days: number[]) =>
  days.map((at, index) => testMessage(index + 1, { timestamp: new Date(at * day) }));
const room = (ttlDays: number | null): Room => ({ ...testRoom, messageTtlMs: ttlDays && ttlDays * day });

test('is due when the oldest message expires, however far that is', () => {
  const onDue = vi.fn();
  const expiry = new MessageExpiry(onDue);
  const shown = { room: room(60), messages: sentOn(99, 100) };
  expect(expiry.expiredBefore(shown)).toBeNull();
  expiry.schedule(shown);
  vi.advanceTimersByTime(day);
  expect(onDue).toHaveBeenCalledTimes(1); // it waits for at most a day
  expect(expiry.expiredBefore(shown)).toBeNull();
  vi.setSystemTime(159 * day + 1);
  expect(expiry.expiredBefore(shown)).toBe(99 * day + 1);
  expiry.schedule(shown);
  vi.advanceTimersByTime(1);
  expect(onDue).toHaveBeenCalledTimes(2);
  expiry.schedule(shown);
  expiry.clear();
  expect(vi.getTimerCount()).toBe(0);
});

test('messages that are kept never expire', () => {
  const expiry = new MessageExpiry(() => {});
  for (const one of [room(null), testRoom, null]) {
    expiry.schedule({ room: one, messages: sentOn(1) });
    expect(expiry.expiredBefore({ room: one, messages: sentOn(1) })).toBeNull();
  }
  expiry.schedule({ room: room(7), messages: [] });
  expect(vi.getTimerCount()).toBe(0);
});

test('a clock that is ahead of the server’s hides nothing that the server has just returned', () => {
  const expiry = new MessageExpiry(() => {});
  const shown = { room: room(7), messages: sentOn(90, 95) };
  expiry.noteReturned(shown.messages, shown); // the clock is at least three days ahead
  expect(expiry.expiredBefore(shown)).toBeNull();
  vi.setSystemTime(101 * day);
  expect(expiry.expiredBefore(shown)).toBe(91 * day);
});

test('the timeline without expired messages has none before the others', () => {
  const shown = play([snapshot(sentOn(90, 95, 99), 3)]);
  const dropped = play([{ type: 'expired', before: 95 * day }], shown);
  expect(dropped.messages).toEqual(shown.messages.slice(1));
  expect(dropped.hasOlder).toBe(false);
  expect(play([{ type: 'expired', before: 95 * day }], dropped)).toBe(dropped);
  const none = play([{ type: 'expired', before: 100 * day }], dropped);
  expect([none.messages, none.hasOlder, none.position]).toEqual([[], false, 3]);
});
