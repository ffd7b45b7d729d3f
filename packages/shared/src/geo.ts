import { z } from 'zod';

/** A point on the earth in decimal degrees (WGS 84). */
export const locationSchema = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});
export type Location = z.infer<typeof locationSchema>;
