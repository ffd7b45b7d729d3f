import { isGuestId, type Message, type User } from '@earshot/client';
import { findLookalikes } from '@earshot/shared/lookalikes';

/** What to know about the names of a user in a room. */
export interface NameMarks {
  readonly isGuest: boolean;
  /** Whether one of the names looks like another user's. */
  readonly isLookalike: boolean;
  /** The user's names: those of the loaded messages, in their order, then that of the user who is present. The last is the current one. */
  readonly names: readonly string[];
}

export type MarksById = ReadonlyMap<string, NameMarks>;

interface People {
  messages: readonly Pick<Message, 'userId' | 'username'>[];
  present: readonly User[];
  /** Whether guests are marked. */
  marksGuests: boolean;
}

/** The users present and the authors of the loaded messages, by user id. */
export function nameMarks({ messages, present, marksGuests }: People): MarksById {
  const names = new Map<string, Set<string>>();
  for (const { userId, username } of [...messages, ...present]) {
    const known = names.get(userId) ?? new Set();
    known.delete(username); // added again as the last
    names.set(userId, known.add(username));
  }
  const users = [...names].flatMap(([userId, usernames]) =>
    Array.from(usernames, (username) => ({ userId, username })),
  );
  const lookalikes = findLookalikes(users);
  return new Map(
    Array.from(names, ([userId, usernames]) => [
      userId,
      {
        isGuest: marksGuests && isGuestId(userId),
        isLookalike: lookalikes.has(userId),
        names: [...usernames],
      },
    ]),
  );
}

/** Whether both have the same content, so that the former object can stay. */
export function isSameMarks(a: MarksById, b: MarksById): boolean {
  return a.size === b.size && [...a].every(([userId, marks]) => isSame(marks, b.get(userId)));
}

const isSame = (a: NameMarks, b: NameMarks | undefined) =>
  a.isGuest === b?.isGuest && a.isLookalike === b.isLookalike && a.names.join('\n') === b.names.join('\n');

/** A change of a name that was observed. */
export interface NameChange {
  readonly userId: string;
  readonly from: string;
  readonly to: string;
}

/** The first user whose current name differs; null for none. Users who are new have none. */
export function findNameChange(before: MarksById, after: MarksById): NameChange | null {
  for (const [userId, { names }] of after) {
    const [from, to] = [before.get(userId)?.names.at(-1), names.at(-1)];
    if (from !== undefined && to !== undefined && from !== to) return { userId, from, to };
  }
  return null;
}
