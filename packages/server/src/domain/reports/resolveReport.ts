import { EarshotError, heldOutcomeSchema, reportOutcomeSchema, type resolveReportInput } from '@earshot/shared';
import type { z } from 'zod';
import type { StoredReport } from '../../store/reports.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Target } from '../rights/target.ts';
import type { Services } from '../services.ts';
import { audienceOf, isVisible } from './audience.ts';
import { decideOnce } from './decideOnce.ts';
import { requireSendable } from './sendHeld.ts';

type Decision = z.output<typeof resolveReportInput>;

/**
 * Resolves a report, and with it the other open reports about the same message. A held message is sent, or deleted. Moderators only; for others,
 * and for those whom it is about, it does not exist. Throws `REPORT_RESOLVED` if another moderator was faster, and `NOT_ALLOWED` or `ROOM_CLOSED`
 * if the author of a held message may not send it now.
 */
export async function resolveReport(services: Services, connection: Connection, decision: Decision): Promise<void> {
  const { budget, store } = services;
  budget.spend(connection, 'resolveReport');
  const { user: by } = connection;
  const report = await store.reports.get(decision.reportId);
  const role = await requireRight(services, connection, 'resolveReport', await targetOf(services, report));
  if (report === null || !isVisible(report, { userId: by.userId, audience: audienceOf(role) })) {
    throw new EarshotError('REPORT_NOT_FOUND');
  }
  const { outcome, note = null } = decision;
  requirePossible(report, outcome);
  if (report.resolution !== null) throw new EarshotError('REPORT_RESOLVED');
  if (outcome === 'approved') await requireSendable(services, report);
  if (!(await decideOnce(services, report, { by, outcome, note }))) throw new EarshotError('REPORT_RESOLVED');
}

/** Where the caller must be a moderator: in the room. On the server, if the room was removed, or there is no such report. */
async function targetOf({ store }: Services, report: StoredReport | null): Promise<Target> {
  const isInRoom = report !== null && (await store.room(report.roomId)) !== null;
  return { scope: isInRoom ? { type: 'room', roomId: report.roomId } : { type: 'server' } };
}

function requirePossible({ kind }: StoredReport, outcome: string): void {
  const possible = kind === 'held' ? heldOutcomeSchema : reportOutcomeSchema;
  if (possible.safeParse(outcome).success) return;
  throw new EarshotError('INVALID_INPUT', { message: `The outcome must be one of ${possible.options.join(', ')}.` });
}
