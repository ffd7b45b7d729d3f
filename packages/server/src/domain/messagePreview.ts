import type { MessagePreview } from '@earshot/shared';
import type { NewestMessage } from '../store/store.ts';

/** Maximum number of code points of a preview's text. */
const previewChars = 160;

/** Number of code points to read for a preview: one more, to know whether there are more. */
export const previewReadChars = previewChars + 1;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Returns the beginning of a message; null for a deleted one. */
export function messagePreview(message: NewestMessage | undefined): MessagePreview | null {
  if (message === undefined || message.deleted) return null;
  const { userId, username, content } = message;
  return { userId, username, content: beginning(content) };
}

/** Cuts a text between graphemes, so that no emoji sequence is divided; between code points if the first grapheme is longer than the limit. */
function beginning(text: string): string {
  if (text.length <= previewChars) return text;
  const codePoints = Array.from(text);
  if (codePoints.length <= previewChars) return text;
  const cut = codePoints.slice(0, previewChars).join('');
  const end = segmenter.segment(text).containing(cut.length)?.index || cut.length;
  return `${cut.slice(0, end).trimEnd()}…`;
}
