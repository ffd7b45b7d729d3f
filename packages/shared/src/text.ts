import { z } from 'zod';
import { hasVisibleName, hasVisibleText, normalized, plainSpaces, withoutIgnorables } from './unicode.ts';

// C0 and C1 control characters other than tab and line feed. Users do not type them on purpose, and they can hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the set that gets removed
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Counts code points, so that an emoji is one character and not two. */
export function countChars(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const wellFormed = z.string().refine((text) => text.isWellFormed(), 'must be well-formed Unicode (no lone surrogates)');

/** Text of several lines in NFC. Control characters are removed, line ends become `\n`, and white space at the ends is trimmed. */
export const paragraphSchema = wellFormed
  .transform((text) => normalized(text.replace(/\r\n?/g, '\n').replace(controls, '')).trim())
  .refine(hasVisibleText, 'must not be empty');

// A line that exceeds its limit this many times is refused without cleaning it, which bounds the work.
const rawUnitsPerChar = 16;

/**
 * One line of text in NFC, with at most `max` characters. Control characters, direction marks and other invisible characters are
 * removed, and white space collapses to one space.
 */
export function lineSchema(max: number) {
  const problem = `must be at most ${max} characters`;
  return wellFormed
    .max(max * rawUnitsPerChar, problem)
    .transform((text) => {
      const clean = normalized(plainSpaces(text).replace(controls, ''));
      return normalized(withoutIgnorables(clean)).replace(/ +/g, ' ').trim();
    })
    .refine(hasVisibleName, 'must not be empty')
    .refine((text) => countChars(text) <= max, problem);
}

/** An identifier that clients choose. It is stored unchanged, and refused if it has control characters. */
export function identifierSchema(max: number) {
  return wellFormed
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((text) => text.search(controls) === -1 && !/[\t\n]/.test(text), 'must not contain control characters');
}
