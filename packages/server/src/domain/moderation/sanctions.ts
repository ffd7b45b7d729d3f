import { EarshotError, type OwnSanction, type Sanction } from '@earshot/shared';
import type { Rule, RuleScope } from '../../store/rules.ts';
import { recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import { requireOwnSanctions } from '../rights/requireWeaker.ts';
import { publicScope } from '../rules/publicScope.ts';
import { holdsIn, isForNewcomers, rulesAbout } from '../rules/ruleAbout.ts';
import { isSanction } from '../rules/ruleIndex.ts';
import type { Services } from '../services.ts';
import { auditEntry } from './sanctionUser.ts';

/** The most sanctions in one answer, newest first. */
const listedMax = 1_000;

/** Lifts a sanction, and those that accompany it. Throws `SANCTION_NOT_FOUND`, and `NOT_ALLOWED` if a stronger role decided it. */
export async function liftSanction(services: Services, connection: Connection, sanctionId: string): Promise<void> {
  const { budget, rules } = services;
  budget.spend(connection, 'moderate');
  const rule = rules.get(sanctionId);
  if (rule === undefined || !isSanction(rule)) throw new EarshotError('SANCTION_NOT_FOUND');
  const { scope, subject } = rule;
  const subjectUserId = subject?.type === 'user' ? subject.userId : null;
  const target = { scope, subjectId: subjectUserId ?? undefined };
  requireOwnSanctions(connection, await requireRight(services, connection, 'liftSanction', target), rule);
  const act = { connection, action: 'liftSanction', scope, subjectUserId, detail: rule.kind };
  await recordAudit(services, auditEntry(act));
  await rules.lift(rule);
  for (const part of rules.partsOf(rule.id)) await rules.lift(part);
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
