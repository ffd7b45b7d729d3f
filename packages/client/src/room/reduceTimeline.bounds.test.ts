import { limits, type ReactionEvent } from '@earshot/shared';
import { expect, test } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import { outsideMax } from './messageLog.ts';
import type { TimelineAction } from './roomTimeline.ts';
import { play, snapshot } from './testTimeline.ts';

function reacted(seq: number, updatedSeq: number, emoji = '👍'): TimelineAction {
  const at = { messageId: testMessage(seq).id, seq, updatedSeq, updatedAt: new Date(updatedSeq) };
  const reaction = { emoji, count: 1, userIds: ['bob'] };
  const event: ReactionEvent = { type: 'reaction.changed', ...at, userId: 'bob', on: true, reaction };
  return { type: 'received', event, id: `${updatedSeq}-5` };
}

test('the latest reactions to messages that are not loaded are kept, a bounded number', () => {
  const start = play([snapshot([testMessage(9)], 9)]);
  const last = 9 + 2 * outsideMax;
  const many = Array.from({ length: 2 * outsideMax }, (_, n) => reacted(1 + (n % 8), 10 + n));
  const { log } = play(many, start);
  expect(log.reactions).toHaveLength(outsideMax);
  expect([log.reactions[0]?.updatedSeq, log.reactions.at(-1)?.updatedSeq]).toEqual([last - outsideMax + 1, last]);
});

test('the latest versions of messages that are not loaded are kept, a bounded number', () => {
  const start = play([snapshot([testMessage(5_000)], 5_000)]);
  const many = Array.from({ length: 2 * outsideMax }, (_, n): TimelineAction => {
    const message = testMessage(1 + n, { updatedSeq: 5_001 + n, content: 'edited' });
    return { type: 'received', event: { type: 'message.updated', message }, id: `${5_001 + n}-5` };
  });
  const { log } = play(many, start);
  expect(log.outside).toHaveLength(outsideMax);
  expect(Math.min(...log.outside.map(({ seq }) => seq))).toBe(outsideMax + 1);
});

test('a message has a bounded number of emoji', () => {
  const start = play([snapshot([testMessage(1)], 1)]);
  const emoji = Array.from({ length: limits.emojiPerMessage + 5 }, (_, n) => String.fromCodePoint(0x1f600 + n));
  const { messages } = play(
    emoji.map((one, n) => reacted(1, 2 + n, one)),
    start,
  );
  expect(messages[0]?.reactions.map((one) => one.emoji)).toEqual(emoji.slice(0, limits.emojiPerMessage));
});

test('a page of newer messages that does not adjoin the loaded ones is ignored', () => {
  const start = play([snapshot([testMessage(9)], 9)]);
  const { epoch } = start.log;
  const page = { messages: [testMessage(20)], hasMore: true };
  expect(play([{ type: 'newerLoaded', epoch, after: 4, asOf: 9, page }], start)).toBe(start);
});
