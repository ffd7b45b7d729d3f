import type { User } from '@earshot/client';

/** Names that people would take for the same: whatever their case, width or ways of writing an accent. */
const folded = (name: string) => name.normalize('NFKC').toLocaleLowerCase();

/** Somebody else who has the user's name; null for nobody. */
export function findSameName(members: readonly User[], me: User): User | null {
  const mine = folded(me.username);
  return members.find((user) => user.userId !== me.userId && folded(user.username) === mine) ?? null;
}
