import { z } from 'zod';

// C0 and C1 control characters other than tab and line feed. They are never typed on purpose and can hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the set that gets removed
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Directional overrides and isolates: in a name they can make one person look like another.
const directions = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;
// Something that shows: text of zero-width characters and fillers alone would be a blank message, or a nameless person.
const visible = /[^\s\p{Default_Ignorable_Code_Point}]/u;

/** The number of characters a person would count, roughly: code points, so that an emoji is not two. */
export function countChars(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const wellFormed = z.string().refine((text) => text.isWellFormed(), 'must be well-formed Unicode (no lone surrogates)');

/** Text of several lines: control characters are removed, line ends become `\n`, blank ends are trimmed. */
export const paragraphSchema = wellFormed
  .transform((text) => text.replace(/\r\n?/g, '\n').replace(controls, '').trim())
  .refine((text) => visible.test(text), 'must not be empty');

/** One line of text, `max` characters at most: controls and direction marks removed, white space collapsed. */
export function lineSchema(max: number) {
  return wellFormed
    .transform((text) =>
      text.replace(/\s/g, ' ').replace(controls, '').replace(directions, '').replace(/ +/g, ' ').trim(),
    )
    .refine((text) => visible.test(text), 'must not be empty')
    .refine((text) => countChars(text) <= max, `must be at most ${max} characters`);
}

/** An identifier that clients choose: kept to the letter, so nothing is removed; what could not be shown is refused. */
export function identifierSchema(max: number) {
  return wellFormed
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine((text) => text.search(controls) === -1 && !/[\t\n]/.test(text), 'must not contain control characters');
}
