import { limits, type Message } from '@earshot/shared';
import { expect, test } from 'vitest';
import { TickShares } from '../async/tickShares.ts';
import { EventPacer, tickShareOf } from './eventPacer.ts';

const people = Array.from({ length: 20 }, (_, n) => `user ${n}`);
const message = (content: string, reactions: number): Message => ({
  ...{ id: 'a', roomId: 'room', seq: 1, updatedSeq: 1, userId: 'ann', username: 'Ann', content, deleted: false },
  ...{ timestamp: new Date(1), editedAt: null },
  reactions: Array.from({ length: reactions }, (_, n) => ({ emoji: `emoji ${n}`, count: 20, userIds: people })),
});

function untilRest(content: string, reactions = 0): number {
  const eventPacer = new EventPacer(new TickShares());
  for (let count = 1; ; count += 1) {
    if (eventPacer.spend({ type: 'message.created', message: message(content, reactions) })) return count;
  }
}

test('a part is bounded by its number of events and by their length', () => {
  expect(untilRest('hello')).toBe(32);
  expect(untilRest('x'.repeat(20_000))).toBe(2);
  expect(untilRest('hello', 20)).toBe(5);
  expect(untilRest('x'.repeat(1_000_000))).toBe(1);
});

test('a part that is full to the character ends', () => {
  expect(untilRest('x'.repeat(limits.pageChars / 6 - 600))).toBe(2);
  expect(untilRest('x'.repeat(limits.pageChars / 6 - 601))).toBe(3);
});

test('ephemeral events count by their number', () => {
  const eventPacer = new EventPacer(new TickShares());
  for (let n = 1; n < 32; n += 1) expect(eventPacer.spend({ type: 'presence', userCount: n })).toBeUndefined();
  expect(eventPacer.spend({ type: 'presence', userCount: 32 })).toBeInstanceOf(Promise);
});

test('messages take the share of a tick that their number or their length takes, at most all of it', () => {
  const short = message('hello', 0);
  const long = message('x'.repeat(limits.pageChars / 12 - 600), 0);
  expect(tickShareOf([])).toBe(0);
  expect(tickShareOf(Array(8).fill(short))).toBe(8 / 32);
  expect(tickShareOf([long])).toBe(1 / 4);
  expect(tickShareOf([long, long])).toBe(1 / 2);
  expect(tickShareOf(Array(5).fill(long))).toBe(1);
});

test('the next part starts in another tick', async () => {
  const eventPacer = new EventPacer(new TickShares());
  const add = () => eventPacer.spend({ type: 'message.created', message: message('x'.repeat(30_000), 0) });
  expect(add()).toBeUndefined();
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  await add();
  expect(turned).toBe(true);
  expect(add()).toBeUndefined();
});
