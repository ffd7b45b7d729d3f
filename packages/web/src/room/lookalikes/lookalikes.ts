import type { User } from '@earshot/client';

/** Maps a text to a value that all similar-looking texts share. */
export type Skeleton = (text: string) => string;

/** The keys of a name. Names that share a key look alike: letter by letter, or ignoring case and width. */
function keysOf(name: string, skeleton: Skeleton): readonly string[] {
  const folded = skeleton(name.normalize('NFKC').toLowerCase());
  return [`exact ${skeleton(name)}`, `folded ${folded}`];
}

/** Another user whose name equals or resembles the user's; null for none. */
export function findSameName(present: readonly User[], me: User, skeleton: Skeleton): User | null {
  const mine = new Set(keysOf(me.username, skeleton));
  const isAlike = (user: User) => keysOf(user.username, skeleton).some((key) => mine.has(key));
  return present.find((user) => user.userId !== me.userId && isAlike(user)) ?? null;
}

/** The ids of the users whose name looks like that of another one present. */
export function findLookalikes(present: readonly User[], skeleton: Skeleton): ReadonlySet<string> {
  const usersByKey = new Map<string, Set<string>>();
  for (const { userId, username } of present) {
    for (const key of keysOf(username, skeleton)) {
      const users = usersByKey.get(key);
      if (users === undefined) usersByKey.set(key, new Set([userId]));
      else users.add(userId);
    }
  }
  return new Set([...usersByKey.values()].filter((users) => users.size > 1).flatMap((users) => [...users]));
}
