import type { ErasedUser, ErasureParts } from './erasureParts.ts';

/** Signs the user out on every instance: tokens that were issued before are refused from now on. */
export async function signOutErased({ rules }: ErasureParts, { userId }: ErasedUser): Promise<void> {
  const subject = { type: 'user', userId } as const;
  await rules.put({ kind: 'signOut', scope: { type: 'server' }, subject, actor: { userId, username: '' } });
}
