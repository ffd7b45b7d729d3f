import { type AuditAction, type AuditDetail, EarshotError, type Role } from '@earshot/shared';
import type { Rule, RuleScope } from '../../store/rules.ts';
import { type Decision, recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import { nameOf } from '../nameOf.ts';
import { requireRight } from '../rights/requireRight.ts';
import { requireOwnSanctions } from '../rights/requireWeaker.ts';
import { changeRule } from '../rules/changeRule.ts';
import { sanctionsPerRoom } from '../rules/guestSanctions.ts';
import { liftExcess } from '../rules/liftExcess.ts';
import { ruleId } from '../rules/ruleId.ts';
import type { Services } from '../services.ts';

/** Milliseconds until a user who was kicked may join again. */
const kickMs = 60_000;

/** How long a sanction lasts (null or nothing: until it is lifted), and the reason that is shown to the users concerned. */
export interface SanctionTerms {
  lastsMs?: number | null | undefined;
  reason?: string | null | undefined;
}

interface UserSanction extends SanctionTerms {
  scope: RuleScope;
  userId: string;
}

/** Mutes a user: they may read there, and not write. */
export async function muteUser(services: Services, connection: Connection, request: UserSanction): Promise<Rule> {
  services.budget.spend(connection, 'moderate');
  const target = { scope: request.scope, subjectId: request.userId };
  const role = await requireRight(services, connection, 'muteUser', target);
  return sanction(services, connection, { ...request, role, kind: 'mute', action: 'muteUser' });
}

/** Bans a user: they may neither read nor write there, and their watches end. A ban from the server ends their connections. */
export async function banUser(services: Services, connection: Connection, request: UserSanction): Promise<Rule> {
  services.budget.spend(connection, 'moderate');
  const target = { scope: request.scope, subjectId: request.userId };
  const role = await requireRight(services, connection, 'banUser', target);
  const rule = await sanction(services, connection, { ...request, role, kind: 'ban', action: 'banUser' });
  await endMembership(services, request);
  return rule;
}

/** Ends a user's membership of a room and all their watches. For a minute they can't join again, so that this holds on every instance. */
export async function kickUser(
  services: Services,
  connection: Connection,
  { roomId, userId, reason }: { roomId: string; userId: string; reason?: string | null | undefined },
): Promise<void> {
  services.budget.spend(connection, 'moderate');
  const role = await requireRight(services, connection, 'kickUser', { roomId, subjectId: userId });
  const scope = { type: 'room', roomId } as const;
  const request = { scope, userId, role, reason, lastsMs: kickMs, kind: 'ban', action: 'kickUser' } as const;
  const known = services.rules.get(sanctionId('ban', request));
  // A ban that lasts longer stays.
  const isBannedAnyway = known !== undefined && (services.rules.msLeft(known) ?? Number.POSITIVE_INFINITY) > kickMs;
  if (!isBannedAnyway) await sanction(services, connection, request);
  await endMembership(services, request);
}

interface SanctionRequest extends UserSanction {
  kind: 'mute' | 'ban';
  action: AuditAction;
  /** The caller's role in the scope. */
  role: Role | null;
}

const sanctionId = (kind: 'mute' | 'ban', { scope, userId }: UserSanction): string =>
  ruleId({ kind, scope, subject: { type: 'user', userId } });

async function sanction(
  services: Services,
  connection: Connection,
  { kind, action, scope, userId, role, reason = null, lastsMs }: SanctionRequest,
): Promise<Rule> {
  const { user } = connection;
  if (userId === user.userId) {
    throw new EarshotError('INVALID_INPUT', { message: 'userId: you can’t sanction yourself' });
  }
  const { rules } = services;
  const known = rules.get(sanctionId(kind, { scope, userId }));
  requireOwnSanctions(connection, role, known);
  const counted = () => rules.sanctionsIn(scope, Number.POSITIVE_INFINITY);
  const isBounded = !known && scope.type === 'room';
  const before = new Set(isBounded ? counted().map(({ id }) => id) : []);
  if (before.size >= sanctionsPerRoom) throw new EarshotError('TOO_MANY_SANCTIONS');
  await recordAudit(services, decisionOf({ connection, action, scope, subjectUserId: userId, reason, lastsMs }));
  const subject = { type: 'user', userId } as const;
  const subjectName = await nameOf(services, scope, userId);
  const draft = { kind, scope, subject, subjectName, actor: user, role, reason, lastsMs };
  const rule = await changeRule(services, sanctionId(kind, { scope, userId }), async (newest) => {
    requireOwnSanctions(connection, role, newest);
    return rules.replace(draft, newest);
  });
  const bound = { max: sanctionsPerRoom, counted, before, code: 'TOO_MANY_SANCTIONS' } as const;
  if (isBounded) await liftExcess(rules, rule, bound);
  return rule;
}

/** A ban from a room ends the membership. In larger scopes, memberships hold again when the ban ends. */
async function endMembership({ store, hub }: Services, { scope, userId }: UserSanction): Promise<void> {
  if (scope.type !== 'room') return;
  if (await store.removeMember(scope.roomId, userId)) {
    void hub.publish(scope.roomId, { type: 'member.left', userId });
  }
}

interface AuditedAct extends SanctionTerms {
  connection: Connection;
  action: AuditAction;
  scope: RuleScope;
  subjectUserId: string | null;
  detail?: AuditDetail | undefined;
}

/** What the audit log has about a moderator's act. */
export function decisionOf({
  connection,
  action,
  scope,
  subjectUserId,
  reason = null,
  lastsMs = null,
  detail = { type: 'lasts', ms: lastsMs },
}: AuditedAct): Decision {
  return { action, actor: connection.user, subjectUserId, scope, reason, detail };
}
