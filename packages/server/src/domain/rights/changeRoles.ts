import { EarshotError, type Role } from '@earshot/shared';
import type { RuleScope } from '../../store/rules.ts';
import { recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import { nameOf } from '../nameOf.ts';
import { changeRule, liftRule } from '../rules/changeRule.ts';
import { liftExcess } from '../rules/liftExcess.ts';
import { ruleId } from '../rules/ruleId.ts';
import type { Services } from '../services.ts';
import { toMemberScope } from '../users/userScope.ts';
import { requireRight } from './requireRight.ts';
import { isStronger, requireWeaker } from './requireWeaker.ts';

/** The most roles that can be granted in one scope. */
const grantsMax: Record<RuleScope['type'], number> = { server: 200, area: 50, room: 50 };

interface GrantRequest {
  scope: RuleScope;
  userId: string;
  /** The name to show. Only admins choose it. */
  username?: string | undefined;
  role: Role;
}

/**
 * Grants a role in a scope, in place of another one granted there. It takes effect here at once and on other instances within a second. Throws
 * `NOT_ALLOWED` if the role is not weaker than the caller's, and `TOO_MANY_ROLES`.
 */
export async function grantRole(services: Services, connection: Connection, request: GrantRequest): Promise<void> {
  const { scope, userId, username, role } = request;
  services.budget.spend(connection, 'changeRole');
  const actor = connection.user;
  services.sendLimit.take(connection);
  const ownRole = await requireRight(services, connection, 'grantRole', { scope, subjectId: userId });
  if (ownRole !== 'admin' && (ownRole === null || !isStronger(ownRole, role))) {
    throw new EarshotError('NOT_ALLOWED', { message: 'You can only grant roles that are weaker than yours.' });
  }
  const { rules } = services;
  const bound = { max: grantsMax[scope.type], counted: () => rules.grantsIn(scope), code: 'TOO_MANY_ROLES' } as const;
  const before = new Set(bound.counted().map(({ id }) => id));
  const isNew = !before.has(grantId(scope, userId));
  if (isNew && before.size >= bound.max) throw new EarshotError(bound.code);
  await record(services, connection, { action: 'grantRole', scope, userId, role });
  const subject = { type: 'user', userId } as const;
  const subjectName = (ownRole === 'admin' && username) || (await knownName(services, scope, userId));
  const draft = { kind: 'grant', scope, subject, subjectName, role, actor } as const;
  const granted = await changeRule(services, grantId(scope, userId), async (known) => {
    if (ownRole !== null)
      await requireWeaker(services, connection, { role: ownRole, subjectId: userId, scope, action: 'grantRole' });
    return rules.replace(draft, known);
  });
  if (isNew) await liftExcess(rules, granted, { ...bound, before });
}

/** A name that the user has had in the scope. Callers can't choose it: all members of a room see the names of its moderators. */
async function knownName(services: Services, scope: RuleScope, userId: string): Promise<string | null> {
  const name = await nameOf(services, scope, userId);
  if (name !== null) return name;
  const [membership] = await services.store.memberNames.memberships(userId, toMemberScope(scope), 1);
  return membership?.username ?? null;
}

/**
 * Withdraws the role that a user was granted in a scope; the caller may be that user. Without such a role nothing happens. Throws
 * `NOT_ALLOWED` for the user who made the room, who stays its owner.
 */
export async function withdrawRole(
  services: Services,
  connection: Connection,
  { scope, userId }: Pick<GrantRequest, 'scope' | 'userId'>,
): Promise<void> {
  services.budget.spend(connection, 'changeRole');
  void connection.user; // throws without an identity
  services.sendLimit.take(connection);
  const requireMayWithdraw = async () => {
    await requireRight(services, connection, 'withdrawRole', { scope, subjectId: userId });
  };
  await requireMayWithdraw();
  const id = grantId(scope, userId);
  const grant = services.rules.get(id);
  if (grant === undefined) return requireNotMaker(services, scope, userId);
  await record(services, connection, { action: 'withdrawRole', scope, userId, role: grant.role });
  await liftRule(services, id, requireMayWithdraw);
}

const grantId = (scope: RuleScope, userId: string): string =>
  ruleId({ kind: 'grant', scope, subject: { type: 'user', userId } });

async function requireNotMaker({ store }: Services, scope: RuleScope, userId: string): Promise<void> {
  if (scope.type !== 'room' || (await store.room(scope.roomId))?.createdBy !== userId) return;
  throw new EarshotError('NOT_ALLOWED', { message: 'The user who made a room stays its owner.' });
}

interface RoleChange {
  action: 'grantRole' | 'withdrawRole';
  scope: RuleScope;
  userId: string;
  role: string | null;
}

function record(services: Services, { user: actor }: Connection, { action, scope, userId, role }: RoleChange) {
  const detail = role === null ? null : ({ type: 'role', role } as const);
  return recordAudit(services, { action, actor, subjectUserId: userId, scope, reason: null, detail });
}
