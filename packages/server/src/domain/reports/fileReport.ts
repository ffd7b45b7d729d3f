import { EarshotError, type fileReportInput, type OwnReport } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from '../connection.ts';
import { requireRoom } from '../requireRoom.ts';
import { requireRight } from '../rights/requireRight.ts';
import { roleIn } from '../rights/roleIn.ts';
import type { Services } from '../services.ts';
import { audienceAbout } from './audience.ts';
import { ownReport } from './ownReports.ts';
import { reportedMessage, reportedUser } from './reportedSubject.ts';

/** The most open reports, and the most held messages. */
const openReportsMax = 10_000;

/**
 * Reports a message or a user to the moderators, with the message as it is now. The reported user is not told. A repeat returns the report
 * that is open. Reports about moderators go to those of a wider scope.
 */
export async function fileReport(
  services: Services,
  connection: Connection,
  { roomId, messageId, userId, reason, note }: z.output<typeof fileReportInput>,
): Promise<OwnReport> {
  const { budget, reportLimit, store } = services;
  budget.spend(connection, 'fileReport');
  const { user } = connection;
  await requireRight(services, connection, 'fileReport', { roomId });
  reportLimit.take(connection);
  const { cell } = await requireRoom(store, roomId);
  const about =
    messageId === undefined
      ? await reportedUser(services, connection, { roomId, userId: userId ?? '' })
      : await reportedMessage(services, { roomId, messageId });
  const subjectId = about.subject.userId;
  if (subjectId === user.userId) throw new EarshotError('INVALID_INPUT', { message: 'You can’t report yourself.' });
  const role = await roleIn(
    services,
    { userId: subjectId, roles: services.tokenRoles.of(subjectId) },
    { type: 'room', roomId },
  );
  const { report } = await store.reports.add(
    {
      kind: 'report',
      roomId,
      cell,
      audience: audienceAbout(role),
      reporter: user,
      reason,
      note: note ?? null,
      ...about,
    },
    openReportsMax,
  );
  return ownReport(report);
}
