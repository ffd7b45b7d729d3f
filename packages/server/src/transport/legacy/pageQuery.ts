import { dateFromRfc3339, limits } from '@earshot/shared';
import { z } from 'zod';

/**
 * An RFC 3339 time; only earlier messages are returned. Message times are whole milliseconds: a time between two of them
 * includes the earlier one.
 */
const before = z.string().transform((text, context) => {
  try {
    // A `+` that isn't percent-encoded arrives as a space.
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

/** The page of messages that a request asks for: `?limit&before`. An empty value counts as omitted. */
export const pageQuery = z.object({
  limit: z.preprocess((text) => text || undefined, limit.default(limits.historyDefault)),
  before: z.preprocess((text) => text || undefined, before.optional()),
});
