import { z } from 'zod';
import { locationSchema } from './geo.ts';
import { limits } from './limits.ts';

/** A geographic place: a town, or a part of a city with its city. `country` is a code of ISO 3166. */
export const placeSchema = z.object({ name: z.string(), country: z.string(), location: locationSchema });
export type Place = z.infer<typeof placeSchema>;

export const placesInput = z.object({
  /** The beginning of a place's name, or of a word in it. */
  text: z.string().trim().min(1).max(limits.placeTextChars),
  /** Places near it come earlier. */
  location: locationSchema.optional(),
});
