import type { AuditDetail } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';
import { recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import type { Action } from '../rights/actions.ts';
import { requireRight } from '../rights/requireRight.ts';
import { requireOwnSanctions } from '../rights/requireWeaker.ts';
import { changeRule, liftRule } from '../rules/changeRule.ts';
import { ruleId } from '../rules/ruleId.ts';
import type { Services } from '../services.ts';
import { decisionOf, type SanctionTerms } from './sanctionUser.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** Sets the pause between two sends of a user; null ends slow mode. */
export function setSlowMode(
  services: Services,
  connection: Connection,
  { intervalMs, ...request }: SanctionTerms & { roomId: string; intervalMs: number | null },
): Promise<void> {
  const change = { kind: 'slowMode', action: 'setSlowMode', on: intervalMs !== null, intervalMs } as const;
  return setRoomRule(services, connection, { ...request, ...change });
}

/** Sets for how many days the room's messages are kept, if that is shorter than on the whole server; null ends it. */
export function setRetention(
  services: Services,
  connection: Connection,
  { days, ...request }: Pick<SanctionTerms, 'reason'> & { roomId: string; days: number | null },
): Promise<void> {
  const intervalMs = days === null ? null : days * dayMs;
  const change = { kind: 'retention', action: 'setRetention', on: days !== null, intervalMs } as const;
  const detail = days === null ? undefined : ({ type: 'retention', days } as const);
  return setRoomRule(services, connection, { ...request, ...change, detail });
}

/** Locks a room, so that no new members can join, or unlocks it. */
export function lockRoom(
  services: Services,
  connection: Connection,
  request: SanctionTerms & { roomId: string; on: boolean },
): Promise<void> {
  return setRoomRule(services, connection, { ...request, kind: 'lock', action: 'lockRoom', intervalMs: null });
}

/** Closes a room, so that users can only read it, or opens it again. */
export function closeRoom(
  services: Services,
  connection: Connection,
  request: SanctionTerms & { roomId: string; on: boolean },
): Promise<void> {
  return setRoomRule(services, connection, { ...request, kind: 'close', action: 'closeRoom', intervalMs: null });
}

interface RoomRuleChange extends SanctionTerms {
  roomId: string;
  kind: Extract<Rule['kind'], 'slowMode' | 'lock' | 'close' | 'retention'>;
  action: Extract<Action, 'setSlowMode' | 'lockRoom' | 'closeRoom' | 'setRetention'>;
  on: boolean;
  intervalMs: number | null;
  /** What the audit log says beside the action. Default: how long the rule lasts. */
  detail?: AuditDetail | undefined;
}

async function setRoomRule(
  services: Services,
  connection: Connection,
  { roomId, kind, action, on, intervalMs, lastsMs, reason = null, ...rest }: RoomRuleChange,
): Promise<void> {
  services.budget.spend(connection, 'moderate');
  const role = await requireRight(services, connection, action, { roomId });
  const { rules } = services;
  const scope = { type: 'room', roomId } as const;
  const id = ruleId({ kind, scope, subject: null });
  const requireOwn = (known: Rule | undefined) => requireOwnSanctions(connection, role, known);
  requireOwn(rules.get(id));
  const act = { connection, action, scope, subjectUserId: null, reason, lastsMs };
  await recordAudit(services, decisionOf({ ...act, ...(on ? rest : { detail: { type: 'ended' } }) }));
  if (!on) return liftRule(services, id, requireOwn);
  const draft = { kind, scope, actor: connection.user, role, intervalMs, reason, lastsMs };
  await changeRule(services, id, async (known) => {
    requireOwn(known);
    return rules.replace(draft, known);
  });
}
