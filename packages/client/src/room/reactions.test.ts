import type { Message, ReactionEvent } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { testMessage } from '../../../shared/src/testMessages.ts';
import { hasHiddenReactors, withOwn, withoutOwn, withReaction } from './reactions.ts';
import type { RoomTimeline, TimelineAction } from './roomTimeline.ts';
import { play, snapshot } from './testTimeline.ts';

function reacted(seq: number, updatedSeq: number, { userId = 'bob', on = true, count = 1 } = {}): TimelineAction {
  const { id: messageId } = testMessage(seq);
  const reaction = { emoji: '👍', count, userIds: count > 0 ? ['bob'] : [] };
  const at = { seq, updatedSeq, updatedAt: new Date(updatedSeq) };
  const event: ReactionEvent = { type: 'reaction.changed', messageId, ...at, userId, on, reaction };
  return { type: 'received', event, id: `${updatedSeq}-5` };
}

const own = (emojis: string[]): TimelineAction => ({
  type: 'ownReactionsLoaded',
  epoch: 0,
  answer: { userId: 'ada', reactions: [{ messageId: testMessage(1).id, emojis }] },
});
const ownOf = (state: RoomTimeline) => state.ownReactions.get(testMessage(1).id);

test('a reaction is added and removed once, in the order of the log', () => {
  const start = play([snapshot([testMessage(1), testMessage(2)], 2)]);
  const one = play([reacted(1, 3)], start);
  expect(one.messages[0]).toEqual({
    ...testMessage(1, { updatedSeq: 3, updatedAt: new Date(3) }),
    reactions: [{ emoji: '👍', count: 1, userIds: ['bob'] }],
  });
  expect(one.messages[1]).toBe(start.messages[1]);
  expect(one.position).toBe(3);
  expect(play([reacted(1, 3)], one).messages).toBe(one.messages);
  const none = play([reacted(1, 4, { on: false, count: 0 }), reacted(1, 3)], one);
  expect(none.messages[0]?.reactions).toEqual([]);
});

test('a reaction to a message that is not loaded is applied to an older page, and not to a later version', () => {
  const start = play([snapshot([testMessage(3), testMessage(4)], 4), reacted(1, 5), reacted(2, 6)]);
  const page = { messages: [testMessage(1), testMessage(2, { updatedSeq: 7, content: 'later' })], hasMore: false };
  const { epoch, from } = start.log;
  const loaded = play([{ type: 'olderLoaded', epoch, before: from ?? 0, page }], start);
  expect(loaded.messages.map(({ updatedSeq, reactions }) => [updatedSeq, reactions.length])).toEqual([
    [5, 1],
    [7, 0],
    [3, 0],
    [4, 0],
  ]);
});

test('own reactions follow the user on all devices, and are unknown after a complete message', () => {
  const start = play([snapshot([testMessage(1)], 1), reacted(1, 2, { count: 30 }), own([])]);
  const mine = play([reacted(1, 3, { userId: 'ada', count: 31 })], start);
  expect(ownOf(mine)).toEqual(['👍']);
  expect(ownOf(play([reacted(1, 4, { count: 32 })], mine))).toEqual(['👍']);
  expect(ownOf(play([reacted(1, 4, { userId: 'ada', on: false, count: 30 })], mine))).toEqual([]);
  const answer = testMessage(1, { updatedSeq: 4, reactions: [{ emoji: '👍', count: 30, userIds: ['bob'] }] });
  const takenBack: TimelineAction = { type: 'answered', message: answer, reacted: { emoji: '👍', on: false } };
  expect(ownOf(play([takenBack], mine))).toEqual([]);
  const updated: TimelineAction = { type: 'received', event: { type: 'message.updated', message: answer }, id: '4-5' };
  expect(ownOf(play([updated], mine))).toBeUndefined();
});

test('a reaction to a message that is not loaded is kept beside other messages that are not', () => {
  const other = testMessage(2, { updatedSeq: 5, content: 'edited' });
  const updated: TimelineAction = { type: 'received', event: { type: 'message.updated', message: other }, id: '5-5' };
  const start = play([snapshot([testMessage(3), testMessage(4)], 4), updated, reacted(1, 6)]);
  const page = { messages: [testMessage(1), testMessage(2)], hasMore: false };
  const loaded = play([{ type: 'olderLoaded', epoch: 0, before: 3, page }], start);
  expect(loaded.messages.map(({ updatedSeq }) => updatedSeq)).toEqual([6, 5, 3, 4]);
});

describe('the reactions of a message', () => {
  const [thumb, party, eyes] = ['👍', '🎉', '👀'].map((emoji) => ({ emoji, count: 1, userIds: ['bob'] }));
  const some = [thumb, party, eyes].filter((one) => one !== undefined);
  const reactedTo = testMessage(1, { updatedSeq: 4, reactions: some });
  const change = (reaction: Message['reactions'][number], updatedSeq = 5): ReactionEvent => ({
    ...{ type: 'reaction.changed', messageId: reactedTo.id, seq: 1, updatedSeq, updatedAt: new Date(5) },
    ...{ userId: 'bob', on: reaction.count > 0, reaction },
  });

  test('are replaced in place, removed without the others, and added at the end', () => {
    const more = { emoji: '🎉', count: 2, userIds: ['bob', 'cy'] };
    expect(withReaction(reactedTo, change(more)).reactions).toEqual([thumb, more, eyes]);
    expect(withReaction(reactedTo, change({ ...more, count: 0, userIds: [] })).reactions).toEqual([thumb, eyes]);
    const other = { emoji: '😮', count: 1, userIds: ['cy'] };
    expect(withReaction(reactedTo, change(other)).reactions).toEqual([...some, other]);
  });

  test('stay in a message that is as late, or deleted', () => {
    const more = { emoji: '🎉', count: 2, userIds: ['bob', 'cy'] };
    expect(withReaction(reactedTo, change(more, 4))).toBe(reactedTo);
    const tombstone = { ...reactedTo, deleted: true };
    expect(withReaction(tombstone, change(more))).toBe(tombstone);
  });

  test('hide reactors when an emoji has more than it lists', () => {
    expect(hasHiddenReactors(reactedTo)).toBe(false);
    expect(hasHiddenReactors(testMessage(1))).toBe(false);
    expect(hasHiddenReactors({ ...reactedTo, reactions: [...some, { emoji: '😮', count: 2, userIds: ['cy'] }] })).toBe(
      true,
    );
  });
});

describe('the own emoji on messages', () => {
  const known = new Map([
    ['a', ['👍', '🎉']],
    ['b', []],
  ]);

  test('change one by one, where they are known', () => {
    expect(withOwn(known, { messageId: 'a', emoji: '👍', on: false })).toEqual(new Map([...known, ['a', ['🎉']]]));
    expect(withOwn(known, { messageId: 'a', emoji: '👀', on: true }).get('a')).toEqual(['👍', '🎉', '👀']);
    expect(withOwn(known, { messageId: 'a', emoji: '👍', on: true })).toBe(known);
    expect(withOwn(known, { messageId: 'b', emoji: '👍', on: false })).toBe(known);
    expect(withOwn(known, { messageId: 'c', emoji: '👍', on: true })).toBe(known);
  });

  test('of some messages become unknown', () => {
    expect(withoutOwn(known, ['a', 'c'])).toEqual(new Map([['b', []]]));
    expect(withoutOwn(known, ['c'])).toBe(known);
  });
});
