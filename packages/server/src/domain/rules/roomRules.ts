import type { RoomRules } from '@earshot/shared';
import type { RuleMirror } from './ruleMirror.ts';

/** What the rules of a room restrict. */
type Restrictions = Omit<RoomRules, 'messageTtlMs'>;

const noRules: Restrictions = { slowModeMs: null, isLocked: false, isClosed: false };

type RoomRuleSource = Pick<RuleMirror, 'ofRoom' | 'isEmpty'>;

/** What moderators restrict in a room, for everybody in it. */
export function roomRulesOf(rules: RoomRuleSource, roomId: string): Restrictions {
  if (rules.isEmpty) return noRules;
  const inForce = rules.ofRoom(roomId);
  if (inForce.length === 0) return noRules;
  return {
    slowModeMs: inForce.find(({ kind }) => kind === 'slowMode')?.intervalMs ?? null,
    isLocked: inForce.some(({ kind }) => kind === 'lock'),
    isClosed: inForce.some(({ kind }) => kind === 'close'),
  };
}
