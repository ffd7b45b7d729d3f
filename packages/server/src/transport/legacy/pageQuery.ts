import { dateFromRfc3339, limits } from '@earshot/shared';
import { z } from 'zod';

/**
 * A time that messages are to lie before, in RFC 3339. Messages are timed in whole milliseconds: an end between two of
 * them includes the earlier.
 */
const before = z.string().transform((text, context) => {
  try {
    // A `+` that was not percent-encoded arrives as a blank.
    const { date, exact } = dateFromRfc3339(text.trim().replace(' ', '+'));
    return exact ? date : new Date(date.getTime() + 1);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z' });
    return z.NEVER;
  }
});

const limit = z
  .string()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .refine((count) => count >= 1, 'must be 1 or more')
  .transform((count) => Math.min(count, limits.historyMax));

/** Which messages a request asks for: `?limit&before`. An empty one counts as left out. */
export const pageQuery = z.object({
  limit: z.preprocess((text) => text || undefined, limit.default(limits.historyDefault)),
  before: z.preprocess((text) => text || undefined, before.optional()),
});
