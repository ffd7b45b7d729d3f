import { limits } from './limits.ts';

// In a file without schemas, because pages use it.

const presentation = /\ufe0f/g;
// Shown as text unless U+FE0F follows; a skin tone in its place makes it an emoji as well.
const shownAsText = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0f?)$/v;

/**
 * The emoji in its fully qualified form, in which U+FE0F stands wherever Unicode's list has it. Keyboards leave some or all
 * of them out, or put too many in. Text that is no emoji stays as it is.
 */
export function fullyQualified(text: string): string {
  const qualified = text.replace(presentation, '').replace(shownAsText, '$&\ufe0f');
  return oneEmoji.test(qualified) ? qualified : text;
}

/** Whether a text is one emoji, or a sequence that shows as one, in its fully qualified form. */
export const isEmoji = (text: string): boolean => oneEmoji.test(text);

/** The one emoji that a text is, in any form that keyboards send, made fully qualified; null for any other text. */
export function readEmoji(text: string): string | null {
  const emoji = fullyQualified(text);
  return text.length <= limits.emojiUnits && isEmoji(emoji) ? emoji : null;
}
