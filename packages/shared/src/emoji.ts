import { z } from 'zod';
import { fullyQualified, isEmoji } from './emojiForm.ts';
import { limits } from './limits.ts';

/** One emoji, or a sequence that renders as one. Every form that keyboards send is converted to the fully qualified form. */
export const emojiSchema = z
  .string()
  .max(limits.emojiUnits)
  .transform(fullyQualified)
  .refine(isEmoji, 'must be one emoji');
