import { z } from 'zod';
import { hasVisibleName, hasVisibleText, normalized, plainSpaces, withoutIgnorables } from './unicode.ts';

// C0 and C1 control characters other than tab and line feed. They are never typed on purpose and can hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the set that gets removed
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The number of characters a person would count, roughly: code points, so that an emoji is not two. */
export function countChars(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const wellFormed = z.string().refine((text) => text.isWellFormed(), 'must be well-formed Unicode (no lone surrogates)');

/** Text of several lines in NFC: control characters are removed, line ends become `\n`, blank ends are trimmed. */
export const paragraphSchema = wellFormed
  .transform((text) => normalized(text.replace(/\r\n?/g, '\n').replace(controls, '')).trim())
  .refine(hasVisibleText, 'must not be empty');

// A line this much longer than it may be is not cleaned: the work would grow with what is thrown away.
const rawUnitsPerChar = 16;

/**
 * One line of text in NFC, `max` characters at most: controls, direction marks and other invisible characters are
 * removed, blanks collapse to one space.
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

/** An identifier that clients choose: kept to the letter, so nothing is removed; what could not be shown is refused. */
export function identifierSchema(max: number) {
  return wellFormed
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((text) => text.search(controls) === -1 && !/[\t\n]/.test(text), 'must not contain control characters');
}
