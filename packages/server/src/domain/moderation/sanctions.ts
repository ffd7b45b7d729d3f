import { EarshotError, type OwnSanction, type Sanction } from '@earshot/shared';
import type { Rule, RuleScope } from '../../store/rules.ts';
import { recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import { requireOwnSanctions } from '../rights/requireWeaker.ts';
import { liftRule } from '../rules/changeRule.ts';
import { publicScope } from '../rules/publicScope.ts';
import { holdsIn, isForNewcomers, rulesAbout } from '../rules/ruleAbout.ts';
import { isSanction } from '../rules/ruleIndex.ts';
import type { Services } from '../services.ts';
import { decisionOf } from './sanctionUser.ts';

/** The most sanctions in one answer, newest first. */
const listedMax = 1_000;

/** Lifts a sanction, and those that accompany it. Throws `SANCTION_NOT_FOUND`, and `NOT_ALLOWED` if a stronger role decided it. */
export async function liftSanction(services: Services, connection: Connection, sanctionId: string): Promise<void> {
  services.budget.spend(connection, 'moderate');
  const rule = sanctionOf(services, sanctionId);
  const subjectUserId = rule?.subject?.type === 'user' ? rule.subject.userId : null;
  const scope = await liftingScope(services, rule);
  // Who may not lift it does not learn from the error whether it exists.
  const role = await requireRight(services, connection, 'liftSanction', {
    scope,
    subjectId: subjectUserId ?? undefined,
  });
  if (rule === undefined) throw new EarshotError('SANCTION_NOT_FOUND');
  requireOwnSanctions(connection, role, rule);
  const detail = { type: 'lifted', kind: rule.kind } as const;
  const act = { connection, action: 'liftSanction' as const, scope: rule.scope, subjectUserId, detail };
  await recordAudit(services, decisionOf(act));
  await liftRule(services, rule.id, (newest) => requireOwnSanctions(connection, role, newest));
  await services.guestSanctions.liftParts(rule.id);
}

function sanctionOf({ rules }: Services, id: string): Rule | undefined {
  const rule = rules.get(id);
  return rule && isSanction(rule) ? rule : undefined;
}

/** Where the caller must be a moderator. For a sanction that does not exist, or whose room was removed: on the server. */
async function liftingScope({ store }: Services, rule: Rule | undefined): Promise<RuleScope> {
  const isElsewhere = rule !== undefined && rule.scope.type !== 'room';
  if (isElsewhere || (rule?.scope.type === 'room' && (await store.room(rule.scope.roomId)) !== null)) return rule.scope;
  return { type: 'server' };
}

/** The sanctions in force of exactly that scope, newest first. */
export async function listSanctions(services: Services, connection: Connection, scope: RuleScope): Promise<Sanction[]> {
  services.budget.spend(connection, 'listSanctions');
  await requireRight(services, connection, 'listSanctions', { scope });
  return services.rules.sanctionsIn(scope, listedMax).map(toSanction);
}

/** The bans and mutes of the caller that are in force: all of them, or those that hold in a room. */
export async function ownSanctions(
  services: Services,
  connection: Connection,
  roomId: string | undefined,
): Promise<OwnSanction[]> {
  services.budget.spend(connection, 'readOwnSanctions');
  await requireRight(services, connection, 'readOwnSanctions', 'server');
  const own = rulesAbout(services, connection).filter((rule) => !isForNewcomers(rule));
  const shown = roomId === undefined ? own : await filterInRoom(services, own, roomId);
  return shown.flatMap(({ kind, scope, reason, endsAt }) =>
    kind === 'ban' || kind === 'mute' ? [{ kind, scope: publicScope(scope), reason, endsAt }] : [],
  );
}

/** The rules that hold in a room. The room is read only if a rule of an area may hold there. */
async function filterInRoom({ store }: Services, rules: readonly Rule[], roomId: string): Promise<Rule[]> {
  const needsCell = rules.some(({ scope }) => scope.type === 'area');
  const cell = needsCell ? ((await store.room(roomId))?.cell ?? null) : null;
  return rules.filter((rule) => holdsIn(rule, roomId, cell));
}

function sanctionKind(kind: Rule['kind']): Sanction['kind'] | null {
  return kind === 'grant' || kind === 'signOut' || kind === 'tokenRole' ? null : kind;
}

export function toSanction(rule: Rule): Sanction {
  const { id, scope, subject, subjectName: username, intervalMs, reason, actor, createdAt, endsAt } = rule;
  const kind = sanctionKind(rule.kind);
  if (kind === null) throw new TypeError(`${rule.kind} is not a sanction`);
  return {
    ...{ id, kind, scope: publicScope(scope), subject: subject?.type ?? 'room' },
    userId: subject?.type === 'user' ? subject.userId : null,
    ...{ username, intervalMs, reason, moderator: actor, createdAt, endsAt },
  };
}
