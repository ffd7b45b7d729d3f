/** The most messages and reactions that one call of `deleteExpired` deletes, so that no send waits long behind it. */
export const expiredPerStep = 20;
/** The characters that one call deletes before it stops: the store overwrites deleted text. */
export const expiredCharsPerStep = 100_000;

/** Which rooms are swept: those with a time of their own, or all. */
export type SweepName = 'ownTimes' | 'allRooms';

/** A room, and the time before which its messages have expired. */
export interface ExpiringRoom {
  roomId: string;
  before: Date;
}

export interface ExpiryStep {
  /** Number of deleted messages. */
  deleted: number;
  /** Whether the same call would delete more. */
  hasMore: boolean;
  /** Expired messages with their text that can't be deleted, because the latest change of the room is theirs. */
  heads: { roomId: string; messageId: string }[];
}

/** The deletion of expired messages, and the sweeps through the rooms that do it. */
export interface ExpiryStore {
  /** Returns the ids of the rooms after that one, in an order that never changes, at most `limit`. Null: from the first. */
  roomsAfter(roomId: string | null, limit: number): Promise<string[]>;

  /**
   * Deletes some expired messages of these rooms with their reactions; not those that changed after `settledBefore`, which feeds may not
   * have received yet. A deletion takes no number in the log. The message with the latest change is kept, because it is the head of the log, and
   * so is the record of the title. May be repeated, by any number of instances at once.
   */
  deleteExpired(rooms: readonly ExpiringRoom[], settledBefore: Date): Promise<ExpiryStep>;

  /**
   * Takes the sweep, if it is due, until that time: one instance does it at a time. Returns the room after which it continues (null: from
   * the first); null if it is not due.
   */
  take(name: SweepName, now: Date, until: Date): Promise<{ after: string | null } | null>;

  /** Records the progress of a sweep, and when it is due next. */
  save(name: SweepName, progress: { after: string | null; dueAt: Date }): Promise<void>;
}
