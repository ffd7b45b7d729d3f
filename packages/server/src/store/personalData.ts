import type { Message } from '@earshot/shared';
import type { StoredRoom } from './storedRooms.ts';

/**
 * What a part of the store knows about one user: it can be read by that user, and forgotten. Every part that stores ids or names of users, or
 * what they wrote, offers this. `domain` lists the parts.
 */
export interface PersonalData<Data extends object = object> {
  /** Returns a page of everything stored about the user, in an order that does not change while nothing is written. */
  exportOf(userId: string, page: PersonalPageQuery): Promise<PersonalPage<Data>>;
  /**
   * Deletes some of it, at most `erasedPerStep` records, or replaces the user's id by the pseudonym and the name by `erasedUsername`. Returns
   * whether there may be more. May be repeated, by any number of instances at once, and continues after a crash.
   */
  erase(userId: string, pseudonym: string): Promise<boolean>;
}

/** The data about users that is stored with rooms and their logs. */
export interface PersonalStores {
  /**
   * The user's messages, newest first, with deleted ones. The texts go with the change `erase`, one message at a time, because watchers must
   * receive it. After that `erase` removes the user as the author of titles.
   */
  readonly messages: PersonalData<Message>;
  /**
   * The user's reactions, by message. They go with the change `react`, because watchers must receive it. `erase` deletes those of the first
   * `erasedPerStep` whose message was deleted, and returns whether there were any.
   */
  readonly reactions: PersonalData<OwnReaction>;
  readonly memberships: PersonalData<Membership>;
  /** The rooms that the user made. They stay, without their owner. */
  readonly rooms: PersonalData<StoredRoom>;
  /** The name and the location. */
  readonly profile: PersonalData;
}

export interface OwnReaction {
  roomId: string;
  messageId: string;
  emoji: string;
}

export interface Membership {
  roomId: string;
  username: string;
  joinedAt: Date;
}

export interface PersonalPageQuery {
  /** `next` of the page before; null for the first. */
  after: string | null;
  limit: number;
}

/** The records consist of texts, numbers, booleans, dates, lists and further records. */
export interface PersonalPage<Data extends object = object> {
  /** At most `limit`, and fewer if they are long: see `isFullPage`. */
  records: Data[];
  /** Null at the end. */
  next: string | null;
}

/** The name that a tombstone has after its author's data was erased. */
export const erasedUsername = 'Erased user';

/** Returns a page of the records, of which one more than `limit` was read. `keyOf`: the value of `after` that continues after a record. */
export function pageOfRecords<Found, Data extends object>(
  found: readonly Found[],
  limit: number,
  { keyOf, toRecord }: { keyOf: (found: Found) => string; toRecord: (found: Found) => Data },
): PersonalPage<Data> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return { records: shown.map(toRecord), next: found.length > limit && last !== undefined ? keyOf(last) : null };
}
