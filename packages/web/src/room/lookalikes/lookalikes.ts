import type { User } from '@earshot/client';

/** Maps a text to one that all texts which look the same share. */
export type Skeleton = (text: string) => string;

/** What names must share to look alike: letter by letter, or when case and width are ignored. */
function looksOf(name: string, skeleton: Skeleton): readonly string[] {
  const folded = skeleton(name.normalize('NFKC').toLowerCase());
  return [`exact ${skeleton(name)}`, `folded ${folded}`];
}

/** Somebody else whose name is, or looks like, the user's; null for nobody. */
export function findSameName(present: readonly User[], me: User, skeleton: Skeleton): User | null {
  const mine = new Set(looksOf(me.username, skeleton));
  const isAlike = (user: User) => looksOf(user.username, skeleton).some((look) => mine.has(look));
  return present.find((user) => user.userId !== me.userId && isAlike(user)) ?? null;
}

/** The ids of those whose name looks like that of somebody else among them. */
export function findLookalikes(present: readonly User[], skeleton: Skeleton): ReadonlySet<string> {
  const byLook = new Map<string, Set<string>>();
  for (const { userId, username } of present) {
    for (const look of looksOf(username, skeleton)) {
      const users = byLook.get(look);
      if (users === undefined) byLook.set(look, new Set([userId]));
      else users.add(userId);
    }
  }
  return new Set([...byLook.values()].filter((users) => users.size > 1).flatMap((users) => [...users]));
}
