import type { Rule } from '../../store/rules.ts';
import type { ErasedUser, ErasureParts } from './erasureParts.ts';

/**
 * Moves the rules in force about the user to a hash of the user's id, so that a ban still holds when the same account comes back; roles end. Returns
 * whether there were any. The lifted rules are deleted in the next pass, because other instances must have read before that they are lifted.
 */
export async function moveRules({ rules }: ErasureParts, { userId }: ErasedUser): Promise<boolean> {
  const isOwn = ({ subject }: Rule) => subject?.type === 'user' && subject.userId === userId;
  const own = rules.of({ type: 'user', userId }).filter(isOwn);
  for (const rule of own) {
    if (rule.kind === 'grant' || rule.kind === 'tokenRole') await rules.lift(rule);
    else await rules.moveToErased(rule, userId);
  }
  return own.length > 0;
}

/** Forgets the user in rules that the user made, and deletes those about the user that do not hold any more. */
export async function eraseOverRules({ store }: ErasureParts, { userId, pseudonym }: ErasedUser): Promise<void> {
  while (await store.rules.erase(userId, pseudonym)) {}
}
