import { z } from 'zod';
import { cleanParagraph, controls, countChars } from './characters.ts';
import { hasVisibleName, hasVisibleText, normalized, plainSpaces, withoutIgnorables } from './unicode.ts';

const wellFormed = z.string().refine((text) => text.isWellFormed(), 'must be well-formed Unicode (no lone surrogates)');

/** Text of several lines, cleaned by `cleanParagraph`. It must have a visible character. */
export const paragraphSchema = wellFormed.transform(cleanParagraph).refine(hasVisibleText, 'must not be empty');

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
