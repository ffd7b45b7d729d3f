import { createHmac } from 'node:crypto';
import { LatestEntries } from '../../async/latestEntries.ts';

/**
 * The id that rules about a user have after that user's data was erased: a hash with the secret of the database. So a ban still holds when
 * the same account comes back, and nobody can tell from it who the user was.
 */
function erasedUserId(salt: string, userId: string): string {
  return `${prefix}${createHmac('sha256', salt).update(`user ${userId}`).digest('hex')}`;
}

/** Ids of this form that were needed lately. */
const knownMax = 10_000;

/** The ids of erased users, with the secret of the database. */
export class ErasedUserIds {
  readonly #salt: string;
  readonly #known = new LatestEntries<string, string>(knownMax);

  constructor(salt: string) {
    this.#salt = salt;
  }

  of(userId: string): string {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    const id = erasedUserId(this.#salt, userId);
    this.#known.set(userId, id);
    return id;
  }
}

const prefix = 'erased user ';

export const isErasedUserId = (userId: string): boolean => userId.startsWith(prefix);
