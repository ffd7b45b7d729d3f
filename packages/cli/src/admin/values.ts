import { idSchema, removeInput, userIdSchema } from '@earshot/shared';
import { InvalidArgumentError } from 'commander';

/** Parses the id of a user. */
export function parseUser(text: string): string {
  if (userIdSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('It must be the id of a user.');
}

/** Parses the id of a report. */
export function parseReport(text: string): string {
  if (idSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('It must be the id of a report, of 24 hex digits: see `earshot admin reports list`.');
}

/** Parses a date, or a date with a time, as in `2026-01-31` or `2026-01-31T12:00Z`. Without a zone it is local time; a date alone is UTC. */
export function parseTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('It must be a date like 2026-01-31 or 2026-01-31T12:00Z.');
}

/** Parses a number of lines to show. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 50) return limit;
  throw new InvalidArgumentError('It must be a whole number from 1 to 50.');
}

/** Parses the id of a message. */
export function parseMessage(text: string): string {
  if (idSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError(
    'It must be the id of a message, of 24 hex digits: `earshot admin reports show` has it.',
  );
}

/** Parses the reason of a decision, for the audit log. */
export function parseReason(text: string): string {
  const reason = removeInput.shape.reason.safeParse(text);
  if (reason.success && reason.data !== undefined) return reason.data;
  throw new InvalidArgumentError(`It ${reason.error?.issues[0]?.message ?? 'is not valid'}.`);
}
