import { z } from 'zod';
import { fullyQualified, isEmoji } from './emojiForm.ts';
import { limits } from './limits.ts';

/** One emoji, or a sequence that shows as one, in any form that keyboards send: made fully qualified. */
export const emojiSchema = z
  .string()
  .max(limits.emojiUnits)
  .transform(fullyQualified)
  .refine(isEmoji, 'must be one emoji');
