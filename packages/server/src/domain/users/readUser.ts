import type { UserSummary } from '@earshot/shared';
import { areaCells } from '../../cells.ts';
import type { AuditEntry } from '../../store/audit.ts';
import type { StoredReport } from '../../store/reports.ts';
import type { Connection } from '../connection.ts';
import { roomNames } from '../publicRoom.ts';
import { publicEntry } from '../readAudit.ts';
import { audienceOf, isVisible, isVisibleDecision } from '../reports/audience.ts';
import { publicReports } from '../reports/publicReports.ts';
import { roleIn } from '../rights/roleIn.ts';
import { scopeText } from '../rules/scopeText.ts';
import type { Services } from '../services.ts';
import { messagesOf } from './messagesOf.ts';
import { requireReader } from './requireReader.ts';
import { rulesOfUser } from './rulesOfUser.ts';
import { roomsInScope, toMemberScope, type UserRequest } from './userScope.ts';

/** The most rooms of a user. */
const roomsMax = 50;
/** The most reports, decisions and messages. */
const newestMax = 20;
/** Entries that are read, of which those in the scope are shown. */
const readMax = 100;

/**
 * Returns what is known about a user in a scope: memberships (hidden ones too), roles, sanctions, and the newest reports, decisions and
 * messages. For a user who is active elsewhere, older ones in a room or an area may be missing. Moderators only.
 */
export async function readUser(services: Services, connection: Connection, request: UserRequest): Promise<UserSummary> {
  const { scope, userId } = request;
  const { budget, store } = services;
  budget.spend(connection, 'readUser');
  const audience = audienceOf(await requireReader(services, connection, scope));
  const reader = { userId: connection.user.userId, audience };
  const [memberships, role, rules, messages, reports, decisions] = await Promise.all([
    store.memberNames.memberships(userId, toMemberScope(scope), roomsMax),
    roleIn(services, { userId, roles: services.tokenRoles.of(userId) }, scope),
    rulesOfUser(services, request),
    messagesOf(services, request, newestMax),
    reportsAbout(services, request),
    decisionsAbout(services, request),
  ]);
  const visible = reports.filter((report) => isVisible(report, reader)).slice(0, newestMax);
  const shown = await publicReports(services, visible, { showsReporters: audience !== 'room' });
  budget.chargeMessages(connection, [
    ...messages,
    ...visible.flatMap(({ message, context }) => (message ? [message, ...context] : context)),
  ]);
  const names = await roomNames(services, [
    ...memberships.map(({ roomId }) => roomId),
    ...messages.map(({ roomId }) => roomId),
    ...[...rules.roles, ...rules.sanctions].flatMap(({ scope: of }) => (of.type === 'room' ? [of.roomId] : [])),
  ]);
  const named = <T extends { scope: UserSummary['roles'][number]['scope'] }>(one: T) => ({
    ...one,
    roomName: one.scope.type === 'room' ? (names.get(one.scope.roomId) ?? null) : null,
  });
  return {
    userId,
    username:
      memberships[0]?.username ?? messages[0]?.username ?? rules.username ?? visible[0]?.subject.username ?? null,
    role,
    roles: rules.roles.map(named),
    sanctions: rules.sanctions.map(named),
    rooms: memberships.map(({ roomId, username }) => ({ roomId, username, roomName: names.get(roomId) ?? roomId })),
    reports: shown,
    decisions: decisions
      .filter((entry) => isVisibleDecision(entry, reader))
      .slice(0, newestMax)
      .map(publicEntry),
    messages: messages.map((message) => ({ ...message, roomName: names.get(message.roomId) ?? null })),
  };
}

/** Reports about a user in the scope, newest first. */
async function reportsAbout({ store }: Services, { scope, userId }: UserRequest): Promise<StoredReport[]> {
  const { reports } = await store.reports.pageOf({ subjectId: userId }, { limit: readMax });
  if (scope.type === 'server') return reports;
  if (scope.type === 'room') return reports.filter(({ roomId }) => roomId === scope.roomId);
  const cells = areaCells(scope.cell);
  return reports.filter(({ cell }) => cell !== null && cells.includes(cell));
}

/** Entries of the audit log about a user in the scope, newest first. */
async function decisionsAbout(services: Services, { scope, userId }: UserRequest): Promise<AuditEntry[]> {
  const filters = { subjectUserId: userId, roomId: scope.type === 'room' ? scope.roomId : undefined };
  const { entries } = await services.store.audit.page({ filters, limit: scope.type === 'area' ? readMax : newestMax });
  if (scope.type !== 'area') return entries;
  const roomIds = entries.flatMap(({ roomId }) => (roomId === null ? [] : [roomId]));
  const inScope = await roomsInScope(services, scope, roomIds);
  return entries.filter((entry) =>
    entry.roomId === null ? entry.scope === scopeText(scope) : inScope.has(entry.roomId),
  );
}
