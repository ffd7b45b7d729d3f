import { limits } from '@earshot/shared';
import { expect, test } from 'vitest';
import { groupReactions, shownReactions, summarize } from './reactionSummary.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => `user ${n}`);
const by = (count: number) => ({ emoji: '👍', count, userIds: upTo(count) });

test('reactions are grouped by emoji, in the order in which they were made', () => {
  const reactions = [
    { userId: 'ben', emoji: '🎉' },
    { userId: 'ana', emoji: '👍' },
    { userId: 'ana', emoji: '🎉' },
  ];
  expect(groupReactions(reactions)).toEqual([
    { emoji: '🎉', count: 2, userIds: ['ben', 'ana'] },
    { emoji: '👍', count: 1, userIds: ['ana'] },
  ]);
  expect(groupReactions([])).toEqual([]);
});

test('one user’s emoji in several forms is one reaction', () => {
  const forms = ['❤', '❤️'].map((emoji) => ({ userId: 'ana', emoji }));
  expect(groupReactions(forms)).toEqual([{ emoji: '❤️', count: 1, userIds: ['ana'] }]);
});

test('a summary has the count of all users, and the first of them', () => {
  const [few, many] = [by(limits.reactorsShown), by(limits.reactorsShown + 5)];
  const [first, second] = summarize([few, many]);
  expect(first).toBe(few);
  expect(second).toEqual({ ...many, userIds: upTo(limits.reactorsShown) });
});

test('a message is sent with a limited number of emoji', () => {
  const few = Array.from({ length: limits.emojiPerMessage }, () => by(1));
  expect(shownReactions(few)).toBe(few);
  expect(shownReactions([...few, by(2)])).toEqual(few);
});
