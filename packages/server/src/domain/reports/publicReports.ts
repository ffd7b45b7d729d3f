import type { Report, ReportedMessage } from '@earshot/shared';
import type { ReportedMessage as StoredMessage, StoredReport } from '../../store/reports.ts';
import { roomNames } from '../publicRoom.ts';
import type { Services } from '../services.ts';

type Sources = Pick<Services, 'store' | 'places' | 'retention'>;

/** The form of reports for moderators, with the names of their rooms, and what became of the messages since. */
export async function publicReports(
  sources: Sources,
  reports: readonly StoredReport[],
  { showsReporters }: { showsReporters: boolean },
): Promise<Report[]> {
  const names = await roomNames(
    sources,
    reports.map(({ roomId }) => roomId),
  );
  return Promise.all(
    reports.map(async (report) => {
      const { audience: _audience, cell: _cell, slot: _slot, reporter, message, context, ...rest } = report;
      return {
        ...rest,
        roomName: names.get(report.roomId) ?? null,
        reporter: showsReporters ? reporter : null,
        message: message && publicMessage(message),
        messageNow: await messageNow(sources, report),
        context: context.map(publicMessage),
      };
    }),
  );
}

const publicMessage = ({ clientMessageId: _own, ...message }: StoredMessage): ReportedMessage => message;

/** The text is only repeated if it was edited. */
async function messageNow(
  { store, retention }: Sources,
  { kind, roomId, message }: StoredReport,
): Promise<Report['messageNow']> {
  if (kind === 'held' || message === null || message.id === null) return null;
  const now = await store.message({ roomId, messageId: message.id });
  if (now === null && retention.isExpired({ roomId, timestamp: message.timestamp }))
    return { state: 'expired', content: '' };
  if (now === null || now.deleted) return { state: 'deleted', content: '' };
  const isEdited = now.editedAt?.getTime() !== message.editedAt?.getTime();
  return isEdited ? { state: 'edited', content: now.content } : { state: 'unchanged', content: '' };
}
