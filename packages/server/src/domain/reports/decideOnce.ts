import type { User } from '@earshot/shared';
import type { AuditEntry } from '../../store/audit.ts';
import type { StoredReport } from '../../store/reports.ts';
import { recordOnce } from '../audit.ts';
import { decisionScope } from './audience.ts';
import { type HeldSender, sendHeld } from './sendHeld.ts';

interface ReportDecision {
  by: User;
  outcome: string;
  note: string | null;
}

/**
 * Records a decision about an open report and carries it out, unless another one is recorded, on any instance. The entry of the audit log is what
 * decides a race: a report has one. If that decision has no effect yet, because the instance that made it failed, it takes effect now.
 * Resolves to whether this decision is the one.
 */
export async function decideOnce(
  services: HeldSender,
  report: StoredReport,
  decision: ReportDecision,
): Promise<boolean> {
  const { by, outcome, note } = decision;
  const { entry, isNew } = await recordOnce(
    services,
    {
      ...{ action: 'resolveReport', actor: by, subjectUserId: report.subject.userId, reason: note },
      ...{ scope: { type: 'room', roomId: report.roomId }, shownIn: decisionScope(report) },
      detail: { type: 'report', kind: report.kind, reportId: report.id, outcome },
    },
    `report ${report.id}`,
  );
  const final = isNew ? decision : recorded(entry);
  if (!isNew && (await services.store.reports.get(report.id))?.resolution !== null) return false;
  // Both have no effect where they were done before: a message is sent once, and a resolved report stays as it is.
  if (final.outcome === 'approved') await sendHeld(services, report);
  const resolved = await services.store.reports.resolve(report.id, final);
  return isNew && (resolved.length > 0 || isResolvedBy(await services.store.reports.get(report.id), by));
}

/** False if it was resolved together with another report about the same message. */
const isResolvedBy = (report: StoredReport | null, { userId }: User): boolean =>
  report?.resolution?.by.userId === userId;

/** The decision in an entry. */
const recorded = ({ actor: by, reason: note, detail }: AuditEntry): ReportDecision => ({
  ...{ by, note },
  outcome: outcomeIn(detail) ?? 'other',
});

/** The texts of earlier versions end with the outcome. */
function outcomeIn(detail: AuditEntry['detail']): string | undefined {
  if (detail?.type === 'report') return detail.outcome;
  return detail?.type === 'text' ? detail.text.split(': ').at(-1) : undefined;
}
