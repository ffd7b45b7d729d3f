import type { User } from '@earshot/client';

/** Maps a text to a value that all similar-looking texts share. */
export type Skeleton = (text: string) => string;

/** The keys of a name. Names that share one look alike: letter by letter, or ignoring case and width. */
function looksOf(name: string, skeleton: Skeleton): readonly string[] {
  const folded = skeleton(name.normalize('NFKC').toLowerCase());
  return [`exact ${skeleton(name)}`, `folded ${folded}`];
}

/** Another user whose name equals or resembles the user's; null for none. */
export function findSameName(present: readonly User[], me: User, skeleton: Skeleton): User | null {
  const mine = new Set(looksOf(me.username, skeleton));
  const isAlike = (user: User) => looksOf(user.username, skeleton).some((look) => mine.has(look));
  return present.find((user) => user.userId !== me.userId && isAlike(user)) ?? null;
}

/** The ids of the users whose name looks like that of another one present. */
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
