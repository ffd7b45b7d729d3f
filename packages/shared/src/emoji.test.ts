import { describe, expect, test } from 'vitest';
import { emojiSchema } from './emoji.ts';

const withAll = [
  '👍',
  '❤️',
  '👩‍🚀',
  '👨‍👩‍👧‍👦',
  '🇮🇸',
  '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  '👍🏽',
  '1️⃣',
  '⭐',
  '©️',
  '🏳️‍🌈',
  '👩‍❤️‍💋‍👨',
  '🕵🏻‍♂️',
  '🕵️‍♂️',
  '👁️‍🗨️',
  '☝🏿',
].map((emoji) => [emoji]);

describe('emojiSchema', () => {
  test.each(withAll)('accepts %s with all, none and too many U+FE0F as the same emoji', (emoji) => {
    const none = emoji.replaceAll('\ufe0f', '');
    const first = emoji.replace('\ufe0f', '');
    const many = emoji.replaceAll(/(\p{Emoji_Modifier})/gu, '\ufe0f$1');
    for (const form of [emoji, none, first, many]) expect(emojiSchema.parse(form)).toBe(emoji);
    expect(emojiSchema.parse('\u2764')).toBe('\u2764\ufe0f');
  });

  test.each(['', 'a', '1', '#', ':+1:', '👍👍', '👍 ', '<b>', '\ud83d', '\u200d', '\ufe0f', '🇮', '👍'.repeat(99)])(
    'rejects %j',
    (text) => expect(emojiSchema.safeParse(text).success).toBe(false),
  );
});
