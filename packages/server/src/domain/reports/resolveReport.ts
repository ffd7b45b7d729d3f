import { EarshotError, heldOutcomeSchema, reportOutcomeSchema, type resolveReportInput } from '@earshot/shared';
import type { z } from 'zod';
import type { StoredReport } from '../../store/reports.ts';
import { recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Target } from '../rights/target.ts';
import type { Services } from '../services.ts';
import { audienceOf, isVisible } from './audience.ts';
import { requireSendable, sendHeld } from './sendHeld.ts';

type Decision = z.output<typeof resolveReportInput>;

/**
 * Resolves a report, and with it the other open reports about the same message. A held message is sent, or deleted. Moderators only. Throws
 * `REPORT_RESOLVED` if another moderator was faster, and `NOT_ALLOWED` or `ROOM_CLOSED` if the author of a held message may not send it now.
 */
export async function resolveReport(services: Services, connection: Connection, decision: Decision): Promise<void> {
  const { budget, store } = services;
  budget.spend(connection, 'resolveReport');
  const { user } = connection;
  const report = await store.reports.get(decision.reportId);
  if (report === null) throw new EarshotError('REPORT_NOT_FOUND');
  const audience = audienceOf(
    await requireRight(services, connection, 'resolveReport', await placeOf(services, report)),
  );
  if (!isVisible(report, { userId: user.userId, audience })) throw new EarshotError('REPORT_NOT_FOUND');
  await decide(services, report, { ...decision, by: user });
}

/** The room; the server, if the room was removed. */
async function placeOf({ store }: Services, { roomId }: StoredReport): Promise<Target> {
  return (await store.room(roomId)) === null ? { scope: { type: 'server' } } : { roomId };
}

/** Records the decision and carries it out. Throws `REPORT_RESOLVED`. */
async function decide(
  services: Services,
  report: StoredReport,
  { outcome, note: given, by }: Decision & { by: Connection['user'] },
): Promise<void> {
  const note = given ?? null;
  const possible = report.kind === 'held' ? heldOutcomeSchema : reportOutcomeSchema;
  if (!possible.safeParse(outcome).success) {
    const message = `The outcome must be one of ${possible.options.join(', ')}.`;
    throw new EarshotError('INVALID_INPUT', { message });
  }
  if (report.resolution !== null) throw new EarshotError('REPORT_RESOLVED');
  if (outcome === 'approved') await requireSendable(services, report);
  await recordAudit(services, {
    ...{ action: 'resolveReport', actor: by, subjectUserId: report.subject.userId, roomId: report.roomId },
    ...{ scope: 'room', reason: note, detail: `${report.kind} ${report.id}: ${outcome}` },
  });
  if (outcome === 'approved') await sendHeld(services, report);
  const resolved = await services.store.reports.resolve(report.id, { by, outcome, note });
  if (resolved.length === 0) throw new EarshotError('REPORT_RESOLVED');
}
