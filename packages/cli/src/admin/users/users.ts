import type { UserRecord } from '@earshot/server/admin';
import { type FoundUsers, findUsersInput, isGuestId, type Scope } from '@earshot/shared';
import { StartError } from '../../startError.ts';
import { describe as describeDecision } from '../audit/audit.ts';
import { oneLine, print, showTime, showUser } from '../print.ts';
import { type ScopeOptions, scopeOf } from '../scope.ts';
import { withAdmin } from '../withAdmin.ts';

interface SearchOptions extends ScopeOptions {
  limit: number;
  json: boolean;
}

/** Prints the users whose name begins with the text, or who have it as their id. */
export async function search(text: string, { limit, json, ...options }: SearchOptions): Promise<void> {
  const scope = scopeOf(options);
  const request = findUsersInput.omit({ scope: true }).safeParse({ text, limit });
  if (!request.success) throw new StartError(`This is too ${text === '' ? 'short' : 'long'} for a name or an id.`);
  await withAdmin(async (admin) => {
    const users: FoundUsers['users'] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await admin.searchUsers({ ...request.data, scope, cursor });
      users.push(...page.users);
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined || users.length >= limit) break;
    }
    const found = users.slice(0, limit);
    const lines = found.map(({ userId, username }) => `${showUser(userId, username)}${guestMark(userId)}`);
    print(found, { json, lines: found.length === 0 ? ['No user found.'] : lines });
  });
}

/** Prints what is known about a user. */
export async function show(userId: string, { json }: { json: boolean }): Promise<void> {
  await withAdmin(async (admin) => {
    const user = await admin.user(userId);
    print(user, { json, lines: [`${showUser(userId, user.username)}${guestMark(userId)}`, ...describe(user)] });
  });
}

const guestMark = (userId: string) => (isGuestId(userId) ? ', guest' : '');

function describe({ profile, rooms, roles, sanctions, reports, decisions, messages }: UserRecord): string[] {
  const lines = [
    ...profile.map((record) => `known as: ${oneLine(JSON.stringify(record), 400)}`),
    ...roles.map(
      ({ role, scope, grantedBy, grantedAt }) =>
        `role: ${role} (${where(scope)}), granted ${showTime(grantedAt)} by ${showUser(grantedBy.userId, grantedBy.username)}`,
    ),
    ...sanctions.map(({ kind, scope, endsAt, moderator, reason }) => {
      const until = endsAt === null ? '' : ` until ${showTime(endsAt)}`;
      const why = reason === null ? '' : `: ${oneLine(reason)}`;
      return `in force: ${kind} (${where(scope)})${until}, by ${showUser(moderator.userId, moderator.username)}${why}`;
    }),
    ...rooms.map(
      ({ roomId, roomName, username }) => `member: ${oneLine(roomName)} (${oneLine(roomId)}) as ${oneLine(username)}`,
    ),
    ...reports.map(({ id, reason, createdAt }) => `report: ${id}, ${showTime(createdAt)}, ${reason}`),
    ...decisions.map((decision) => `decision: ${describeDecision(decision)}`),
    ...messages.map(
      ({ id, roomId, timestamp, content }) =>
        `message: ${showTime(timestamp)} ${id} in ${oneLine(roomId)}: “${oneLine(content)}”`,
    ),
  ];
  return lines.length === 0 ? ['Nothing is known about this user.'] : lines;
}

function where(scope: Scope): string {
  if (scope.type === 'room') return `room ${oneLine(scope.roomId)}`;
  return scope.type === 'area'
    ? `area ${scope.place.latitude.toFixed(4)},${scope.place.longitude.toFixed(4)}`
    : 'server';
}
