import type { RuleScope } from '../../store/rules.ts';

interface RoomTarget {
  roomId: string;
  /** The message that the action changes. */
  messageId?: string;
  /** The user whom the action concerns: refused if their role is not weaker than the caller's. */
  subjectId?: string | undefined;
  /** The caller was found to be a member a moment ago. */
  isMember?: true;
}

/** A scope that moderators choose. */
interface ScopeTarget {
  scope: RuleScope;
  subjectId?: string | undefined;
}

/** Where an action takes place, and what it concerns. `server`: an action outside of rooms. */
export type Target = 'server' | RoomTarget | ScopeTarget;

export function scopeOf(target: Target): RuleScope {
  if (target === 'server') return { type: 'server' };
  return 'scope' in target ? target.scope : { type: 'room', roomId: target.roomId };
}
