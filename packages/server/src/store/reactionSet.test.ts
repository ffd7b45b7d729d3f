import { EarshotError, limits } from '@earshot/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReactionSet } from './reactionSet.ts';
import { groupReactions, type OneReaction, shownReactions, summarize } from './reactionSummary.ts';

const react = (userId: string, emoji: string, on = true) => ({ type: 'react', userId, emoji, on }) as const;
const face = (n: number) => String.fromCodePoint(0x1f600 + n);
const emojis = ['👍', '🎉', '👀', '🙏', '😮', '😢', '😂'];

/** All of these reactions are known. */
function setOf(reactions: readonly OneReaction[]): ReactionSet {
  const own = Map.groupBy(reactions, ({ userId }) => userId);
  return new ReactionSet({
    all: groupReactions(reactions),
    own: new Map(Array.from(own, ([userId, all]) => [userId, all.map(({ emoji }) => emoji)])),
  });
}

test('one user has five emoji on a message, and the sixth is rejected', () => {
  const set = setOf([]);
  for (const emoji of emojis.slice(0, limits.emojiPerPerson)) expect(set.change(react('ana', emoji))).toBe(true);
  const before = set.summary;
  expect(() => set.change(react('ana', '😂'))).toThrow(new EarshotError('TOO_MANY_OWN_REACTIONS'));
  expect(set.summary).toEqual(before);
  expect(set.change(react('ana', '👍'))).toBe(false);
  expect(set.change(react('ana', '👍', false))).toBe(true);
  expect(set.change(react('ana', '😂'))).toBe(true);
  expect(() => set.change(react('ana', '👍'))).toThrow(new EarshotError('TOO_MANY_OWN_REACTIONS'));
  expect(set.change(react('ana', '🎉'))).toBe(false);
});

test('a message has twenty emoji, the next is rejected, and existing ones can be used by every user', () => {
  const set = setOf(Array.from({ length: limits.emojiPerMessage }, (_, n) => ({ userId: `u${n}`, emoji: face(n) })));
  expect(() => set.change(react('ana', '👍'))).toThrow(new EarshotError('TOO_MANY_EMOJI'));
  expect(set.change(react('ana', face(3)))).toBe(true);
  expect(set.change(react('u7', face(7), false))).toBe(true);
  expect(set.change(react('ana', '👍'))).toBe(true);
});

test('reactions beyond the limits stay, and count until they are removed', () => {
  const set = setOf(Array.from({ length: 25 }, (_, n) => ({ userId: 'ana', emoji: face(n) })));
  expect(set.summary).toHaveLength(25);
  expect(shownReactions(set.summary)).toHaveLength(limits.emojiPerMessage);
  expect(() => set.change(react('ana', '👍'))).toThrow(new EarshotError('TOO_MANY_OWN_REACTIONS'));
  expect(set.change(react('ana', face(0), false))).toBe(true);
  expect(shownReactions(set.summary).at(-1)?.emoji).toBe(face(20));
});

test('an emoji that was stored in several forms is one reaction of a user', () => {
  const stored = [
    { userId: 'ann', emoji: '\u2764' },
    { userId: 'ben', emoji: '\u2764\ufe0f' },
    { userId: 'ann', emoji: '\u2764\ufe0f' },
    { userId: 'ann', emoji: '👍' },
  ];
  expect(groupReactions(stored)).toEqual([
    { emoji: '\u2764\ufe0f', count: 2, userIds: ['ann', 'ben'] },
    { emoji: '👍', count: 1, userIds: ['ann'] },
  ]);
});

test('a list that ends before the last user is not extended, and keeps counting', () => {
  const users = Array.from({ length: limits.reactorsShown }, (_, n) => `u${n}`);
  const set = new ReactionSet({ all: [{ emoji: '👍', count: 700, userIds: users }], own: new Map() });
  expect(set.change(react('ana', '👍'))).toBe(true);
  expect(set.summary).toEqual([{ emoji: '👍', count: 701, userIds: users }]);
});

test('an emoji among others is removed, and an unknown one changes nothing', () => {
  const set = setOf(['👍', '🎉', '👀'].map((emoji) => ({ userId: 'ana', emoji })));
  expect(set.change(react('ana', '🎉', false))).toBe(true);
  expect(set.summary.map(({ emoji, count }) => [emoji, count])).toEqual([
    ['👍', 1],
    ['👀', 1],
  ]);
  const former = new ReactionSet({ all: [], own: new Map([['ana', ['👍']]]) });
  expect(former.change(react('ana', '👍', false))).toBe(true);
  expect(former.summary).toEqual([]);
});

test('counts and first users match the reactions after any changes in any order', () => {
  const user = fc.constantFrom('ana', 'ben', 'a|b', '__proto__', ...Array.from({ length: 24 }, (_, n) => `u${n}`));
  const step = fc.tuple(user, fc.constantFrom('👍', '🎉'), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const model: OneReaction[] = [];
      const set = setOf([]);
      for (const [userId, emoji, on] of steps) {
        const at = model.findIndex((one) => one.userId === userId && one.emoji === emoji);
        expect(set.change(react(userId, emoji, on))).toBe(at >= 0 !== on);
        if (on && at < 0) model.push({ userId, emoji });
        if (!on && at >= 0) model.splice(at, 1);
      }
      const byEmoji = (a: { emoji: string }, b: { emoji: string }) => (a.emoji < b.emoji ? -1 : 1);
      expect(set.summary.sort(byEmoji)).toEqual(summarize(groupReactions(model)).sort(byEmoji));
    }),
  );
});
