import { limits } from './limits.ts';

// This file has no schemas, because the page uses it and should not load the schema library.

const presentation = /\ufe0f/g;
// Rendered as text unless U+FE0F or a skin tone follows.
const shownAsText = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0f?)$/v;

/**
 * Converts an emoji to its fully qualified form, with U+FE0F wherever Unicode's list has it. Keyboards omit some or all
 * of them, or add too many. Other text is returned unchanged.
 */
export function fullyQualified(text: string): string {
  const qualified = text.replace(presentation, '').replace(shownAsText, '$&\ufe0f');
  return oneEmoji.test(qualified) ? qualified : text;
}

/** Whether the text is one emoji, or a sequence that renders as one, in its fully qualified form. */
export const isEmoji = (text: string): boolean => oneEmoji.test(text);

/** Converts a single emoji, in any form that keyboards send, to its fully qualified form. Returns null for any other text. */
export function readEmoji(text: string): string | null {
  const emoji = fullyQualified(text);
  return text.length <= limits.emojiUnits && isEmoji(emoji) ? emoji : null;
}
