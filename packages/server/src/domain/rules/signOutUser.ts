import type { RuleActor } from '../../store/rules.ts';
import type { RuleMirror } from './ruleMirror.ts';

/** Milliseconds for which a sign-out is remembered: longer than tokens should be valid. */
const signOutKeptMs = 366 * 24 * 60 * 60 * 1_000;

/** Ends all sessions of a user. Resolves when that is stored. Tokens that are issued from now on are valid. */
export async function signOutUser({ rules }: { rules: RuleMirror }, userId: string, actor: RuleActor): Promise<void> {
  const subject = { type: 'user', userId } as const;
  await rules.put({ kind: 'signOut', scope: { type: 'server' }, subject, actor, lastsMs: signOutKeptMs });
}
