import { EarshotError, type FindUsersRequest, type FoundUsers, userIdSchema } from '@earshot/shared';
import { nameKey } from '@earshot/shared/lookalikes';
import type { MemberPosition } from '../../store/memberNames.ts';
import type { RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import { requireReader } from './requireReader.ts';
import { toMemberScope } from './userScope.ts';

/** The newest sanctions, which are searched for names: folding many takes milliseconds. */
const sanctionsMax = 300;

/** No name has it: positions from there on are above all names. */
const lastCharacter = '\u{10FFFF}';

type SearchRequest = Omit<FindUsersRequest, 'scope'> & { scope: RuleScope };
type Found = FoundUsers['users'][number];

/**
 * Returns the members of the rooms in a scope whose name begins with the text, including those who are hidden from other users. The first page
 * begins with the user whose id is the text, if known there, and with sanctioned users of such a name, whose membership may have ended.
 * Moderators only.
 */
export async function findUsers(
  services: Services,
  connection: Connection,
  { scope, text, cursor, limit }: SearchRequest,
): Promise<FoundUsers> {
  services.budget.spend(connection, 'findUsers');
  await requireReader(services, connection, scope);
  const prefix = nameKey(text);
  const after = cursor === undefined ? null : parseCursor(cursor, prefix);
  const first = after === null ? await knownUsers(services, scope, { text, prefix, limit }) : [];
  // Invisible characters fold to nothing.
  if (prefix === '') return { users: first, nextCursor: null };
  const { members, next } = await services.store.memberNames.search({
    scope: toMemberScope(scope),
    prefix,
    after,
    limit,
  });
  const found = members.map(({ userId, username }) => ({ userId, username }));
  return { users: withoutRepeats([...first, ...found]), nextCursor: next && formatCursor(next) };
}

interface NameSearch {
  text: string;
  prefix: string;
  limit: number;
}

/** The user of that id, and sanctioned users of such a name. */
async function knownUsers(services: Services, scope: RuleScope, { text, prefix, limit }: NameSearch): Promise<Found[]> {
  const byId = userIdSchema.safeParse(text).success ? await userOfId(services, scope, text) : [];
  const sanctioned = services.rules.sanctionsIn(scope, sanctionsMax).flatMap(({ subject, subjectName }) => {
    if (subject?.type !== 'user' || subjectName === null || prefix === '') return [];
    return nameKey(subjectName).startsWith(prefix) ? [{ userId: subject.userId, username: subjectName }] : [];
  });
  return withoutRepeats([...byId, ...sanctioned]).slice(0, limit);
}

/** The user, if a member in the scope, or with a sanction or a role there. */
async function userOfId({ store, rules }: Services, scope: RuleScope, userId: string): Promise<Found[]> {
  const [membership] = await store.memberNames.memberships(userId, toMemberScope(scope), 1);
  if (membership) return [{ userId, username: membership.username }];
  const rule = [...rules.sanctionsIn(scope, sanctionsMax), ...rules.grantsIn(scope)].find(
    ({ subject }) => subject?.type === 'user' && subject.userId === userId,
  );
  return rule ? [{ userId, username: rule.subjectName }] : [];
}

/** One entry for each user. */
function withoutRepeats(users: readonly Found[]): Found[] {
  const byId = new Map<string, Found>();
  for (const user of users) if (!byId.has(user.userId)) byId.set(user.userId, user);
  return [...byId.values()];
}

const formatCursor = ({ nameKey: key, userId }: MemberPosition): string => JSON.stringify([key, userId]);

/** Throws `INVALID_INPUT`, also for a position among other names. */
function parseCursor(text: string, prefix: string): MemberPosition {
  try {
    const position: unknown = JSON.parse(text);
    if (Array.isArray(position)) {
      const [key, userId] = position;
      const isPosition = typeof key === 'string' && typeof userId === 'string';
      if (isPosition && key.startsWith(prefix) && !key.startsWith(`${prefix}${lastCharacter}`))
        return { nameKey: key, userId };
    }
  } catch {
    // Below.
  }
  throw new EarshotError('INVALID_INPUT', { message: 'cursor: must be the nextCursor of a page.' });
}
