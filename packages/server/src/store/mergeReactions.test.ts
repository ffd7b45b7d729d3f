import { expect, test } from 'vitest';
import { mergeReactions } from './mergeReactions.ts';

test('an emoji that was stored with and without U+FE0F is one reaction of a user', () => {
  const stored = [
    { userId: 'ann', emoji: '\u2764' },
    { userId: 'ben', emoji: '\u2764\ufe0f' },
    { userId: 'ann', emoji: '\u2764\ufe0f' },
    { userId: 'ann', emoji: '👍' },
  ];
  expect(mergeReactions(stored)).toEqual([
    { userId: 'ann', emoji: '\u2764\ufe0f' },
    { userId: 'ben', emoji: '\u2764\ufe0f' },
    { userId: 'ann', emoji: '👍' },
  ]);
});
