import { isGuestId, type User } from '@earshot/shared';
import { nameKeys } from '@earshot/shared/lookalikes';

/** Users whose names are remembered. The one who was shown longest ago is forgotten first. */
const usersMax = 1_000;

/** The names of users as a chat shows them: with marks for guests, for names that look like another user's, and for new names. */
export class Names {
  /** Whether guests are marked: not on servers where nobody's identity is checked. */
  marksGuests = false;
  readonly #usernames = new Map<string, string>();
  /** The ids of users by the keys of their names. */
  readonly #idsByKey = new Map<string, Set<string>>();

  /** The name, and its marks in brackets. The former name is shown once. */
  show({ userId, username }: User): string {
    const former = this.#usernames.get(userId);
    this.#remember(userId, username);
    const marks = [
      ...(this.marksGuests && isGuestId(userId) ? ['guest'] : []),
      ...(former === undefined || former === username ? [] : [`was ${former}`]),
      ...(this.#isLookalike(username) ? ['looks like another name'] : []),
    ];
    return marks.length === 0 ? username : `${username} (${marks.join(', ')})`;
  }

  /** The names of several users. Those who look alike are marked, whatever their order. */
  showAll(users: readonly User[]): string[] {
    for (const { userId, username } of users) if (!this.#usernames.has(userId)) this.#remember(userId, username);
    return users.map((user) => this.show(user));
  }

  #isLookalike(username: string): boolean {
    return nameKeys(username).some((key) => (this.#idsByKey.get(key)?.size ?? 0) > 1);
  }

  #remember(userId: string, username: string): void {
    this.#forget(userId);
    this.#usernames.set(userId, username);
    for (const key of nameKeys(username)) {
      const ids = this.#idsByKey.get(key) ?? new Set();
      this.#idsByKey.set(key, ids.add(userId));
    }
    const [oldest = userId] = this.#usernames.keys();
    if (this.#usernames.size > usersMax) this.#forget(oldest);
  }

  #forget(userId: string): void {
    const username = this.#usernames.get(userId);
    if (username === undefined) return;
    this.#usernames.delete(userId);
    for (const key of nameKeys(username)) {
      const ids = this.#idsByKey.get(key);
      ids?.delete(userId);
      if (ids?.size === 0) this.#idsByKey.delete(key);
    }
  }
}
