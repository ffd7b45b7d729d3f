import type { ReportedMessage, StoredReport } from './reports.ts';

/**
 * Removes a user from an item: the id and name are replaced by the pseudonym, and the texts that the user wrote are removed. Returns null if
 * nothing else is left of it, because it is a message of that user that was held back.
 */
export function erasedReport(report: StoredReport, userId: string, pseudonym: string): StoredReport | null {
  const { kind, subject, reporter, note, message, context, resolution } = report;
  const isReporter = reporter?.userId === userId;
  const isResolver = resolution?.by.userId === userId;
  if (kind === 'held' && subject.userId === userId) return null;
  const nobody = { userId: pseudonym, username: pseudonym };
  const erased = (one: ReportedMessage): ReportedMessage =>
    one.userId === userId ? { ...one, ...nobody, content: '' } : one;
  return {
    ...report,
    subject: subject.userId === userId ? nobody : subject,
    reporter: isReporter ? nobody : reporter,
    note: isReporter ? null : note,
    message: message && erased(message),
    context: context.map(erased),
    resolution: isResolver ? { ...resolution, by: nobody, note: null } : resolution,
  };
}
