import type { OwnReport, OwnReportsPage, ownReportsInput } from '@earshot/shared';
import type { z } from 'zod';
import type { StoredReport } from '../../store/reports.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';

/** Returns a page of the reports that the caller filed, with their state, but not what was decided about whom. */
export async function ownReports(
  services: Services,
  connection: Connection,
  { cursor, limit }: z.output<typeof ownReportsInput>,
): Promise<OwnReportsPage> {
  services.budget.spend(connection, 'readOwnReports');
  await requireRight(services, connection, 'readOwnReports', 'server');
  const reporterId = connection.user.userId;
  const { reports, next } = await services.store.reports.pageOf({ reporterId }, { after: cursor, limit });
  return { reports: reports.map(ownReport), nextCursor: next };
}

/** The form of a report for its reporter. */
export function ownReport(report: StoredReport): OwnReport {
  const { id, roomId, message, subject, reason, note, resolution, createdAt } = report;
  return {
    ...{ id, roomId, messageId: message?.id ?? null, userId: subject.userId, reason, note, createdAt },
    state: resolution === null ? 'open' : 'resolved',
    wasActedOn: resolution && resolution.outcome !== 'dismissed',
  };
}
