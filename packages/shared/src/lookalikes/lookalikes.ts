import type { User } from '../user.ts';
import { skeleton } from './skeleton.ts';

/** The keys of a name. Names that share a key look alike: letter by letter, or ignoring case and width. */
export function nameKeys(name: string): readonly string[] {
  const folded = skeleton(name.normalize('NFKC').toLowerCase());
  return [`exact ${skeleton(name)}`, `folded ${folded}`];
}

/** Another user whose name equals or resembles the user's; null for none. */
export function findSameName(users: readonly User[], me: User): User | null {
  const mine = new Set(nameKeys(me.username));
  const isAlike = (user: User) => nameKeys(user.username).some((key) => mine.has(key));
  return users.find((user) => user.userId !== me.userId && isAlike(user)) ?? null;
}

/** The ids of the users whose name looks like that of another one. A user may be listed under several names. */
export function findLookalikes(users: readonly User[]): ReadonlySet<string> {
  const usersByKey = new Map<string, Set<string>>();
  for (const { userId, username } of users) {
    for (const key of nameKeys(username)) {
      const ids = usersByKey.get(key);
      if (ids === undefined) usersByKey.set(key, new Set([userId]));
      else ids.add(userId);
    }
  }
  return new Set([...usersByKey.values()].filter((ids) => ids.size > 1).flatMap((ids) => [...ids]));
}
