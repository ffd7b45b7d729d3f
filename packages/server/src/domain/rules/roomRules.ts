import type { RoomRules } from '@earshot/shared';
import type { RuleMirror } from './ruleMirror.ts';

const noRules: RoomRules = { slowModeMs: null, isLocked: false, isClosed: false };

type RoomRuleSource = Pick<RuleMirror, 'ofRoom' | 'isEmpty'>;

/** Whether moderators restrict the room. */
export const hasRoomRules = (rules: RoomRuleSource, roomId: string): boolean =>
  !rules.isEmpty && rules.ofRoom(roomId).length > 0;

/** The rules of a room for everybody in it. */
export function roomRulesOf(rules: RoomRuleSource, roomId: string): RoomRules {
  if (rules.isEmpty) return noRules;
  const inForce = rules.ofRoom(roomId);
  if (inForce.length === 0) return noRules;
  return {
    slowModeMs: inForce.find(({ kind }) => kind === 'slowMode')?.intervalMs ?? null,
    isLocked: inForce.some(({ kind }) => kind === 'lock'),
    isClosed: inForce.some(({ kind }) => kind === 'close'),
  };
}
