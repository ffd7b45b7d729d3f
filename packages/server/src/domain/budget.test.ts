import { limits, type Message } from '@earshot/shared';
import { expect, test } from 'vitest';
import { Budget } from './budget.ts';
import { Connection } from './connection.ts';
import { unlimited } from './rateLimit.ts';

const message: Message = {
  id: '0'.repeat(24),
  roomId: 'plaza',
  seq: 1,
  updatedSeq: 1,
  userId: 'ada',
  username: 'Ada',
  content: 'hi',
  timestamp: new Date(0),
  editedAt: null,
  deleted: false,
  reactions: [],
};
const userIds = Array.from({ length: limits.reactorsShown }, (_, i) => `user-${i}`);
const popular = {
  ...message,
  reactions: Array.from({ length: limits.emojiPerMessage }, (_, i) => ({ emoji: `${i}`, count: 99, userIds })),
};

test.each([
  ['short messages', Array(20).fill(message), true],
  ['long messages', [{ ...message, content: 'x'.repeat(30 * 4_096) }], false],
  ['short messages with many reactions', Array(12).fill(popular), false],
])('%s are charged by their encoded length', (_, messages, isAffordable) => {
  const budget = new Budget({ user: { rate: 1, burst: 20 }, address: unlimited });
  const ada = new Connection({ user: { userId: 'ada', username: 'Ada' }, address: '192.0.2.1' });
  budget.chargeMessages(ada, messages);
  expect(budget.replays.tryReserve(ada) !== undefined).toBe(isAffordable);
});
