import { hasVisibleText, normalized } from './unicode.ts';

// C0 and C1 control characters other than tab and line feed. Users do not type them on purpose, and they can hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the set that gets removed
export const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Counts code points, so that an emoji is one character and not two. */
export function countChars(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Text of several lines in NFC. Control characters are removed, line ends become `\n`, and white space at the ends is trimmed. */
export function cleanParagraph(text: string): string {
  return normalized(text.replace(/\r\n?/g, '\n').replace(controls, '')).trim();
}

/** The length of a message before it is cleaned, without white space at its ends; 0 if nothing is visible. What is stored is never longer. */
export function messageLength(content: string): number {
  return hasVisibleText(content) ? countChars(content.trim()) : 0;
}
