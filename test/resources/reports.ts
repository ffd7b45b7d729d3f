import type { NewReport, ReportedMessage, ReportFilter } from '../../packages/server/src/store/reports.ts';

export const ben = { userId: 'ben', username: 'Ben' };
const at = new Date(1_700_000_000_000);

/** A message of Ben. */
export const reportedMessage = (id: string | null, fields: Partial<ReportedMessage> = {}): ReportedMessage => ({
  ...{ id, ...ben, content: `words ${id}`, timestamp: at, editedAt: null, deleted: false },
  ...fields,
});

/** A report of Ana about a message of Ben. */
export const newReport = (messageId: string, fields: Partial<NewReport> = {}): NewReport => ({
  ...{ kind: 'report', roomId: 'plaza', cell: null, audience: 'room', subject: ben },
  ...{ reporter: { userId: 'ana', username: 'Ana' }, reason: 'spam', note: null },
  ...{ message: reportedMessage(messageId), context: [] },
  ...fields,
});

/** A message of Ben that was held back. */
export const heldMessage = (n: number, fields: Partial<NewReport> = {}): NewReport =>
  newReport('', { kind: 'held', reporter: null, message: reportedMessage(null, { content: `held ${n}` }), ...fields });

/** The open items of the server. */
export const openItems = (fields: Partial<ReportFilter> = {}): ReportFilter => ({
  ...{ state: 'open', kinds: ['report', 'held'], scope: { type: 'server' }, exceptSubject: null },
  ...fields,
});
