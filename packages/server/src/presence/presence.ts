import type { User } from '@earshot/shared';

/**
 * Presence: who watches which room right now, on any connection of any instance. A user with several connections is
 * present once. What an instance holds is leased: when it dies without a word, its people are gone within 15 s, and one
 * of the living instances says so.
 *
 * Calls reject with `BROKER_UNAVAILABLE` when the service behind can't be reached, within two seconds. An instance that
 * lost touch, or whose leases were lost with the service, puts its people back by itself, and takes out those whose
 * `leave` failed.
 */
export interface Presence {
  readonly kind: 'local' | 'redis' | 'redis-cluster';

  /**
   * Adds a connection of a user to a room. `first` when the user was not present before, on any instance: that is told
   * to one caller alone. Throws `ROOM_FULL` when `capacity` (0: unbounded) other users are present already; atomic over
   * all instances.
   */
  enter(entry: PresenceEntry, capacity: number): Promise<{ first: boolean; userCount: number }>;

  /** Removes a connection. `last` when the user is no longer present anywhere: told to one caller alone. */
  leave(entry: PresenceEntry): Promise<{ last: boolean; userCount: number }>;

  /** How many people are present in each room, in the order asked for. */
  counts(roomIds: readonly string[]): Promise<number[]>;

  /** Whether the user is present, on any instance, and how many people are. */
  look(roomId: string, userId: string): Promise<{ isPresent: boolean; userCount: number }>;

  /**
   * Who is present, by user id, `limit` at most. Where more are present, any of them. The work depends on `limit` alone,
   * not on how many are present.
   */
  list(roomId: string, limit: number): Promise<User[]>;

  /**
   * Calls back for what no caller of `enter` or `leave` was told, on one instance alone: who is gone with a dead
   * instance, who is back with one that was taken for dead, whose `leave` failed and was made up for. After an outage
   * this waits some seconds for the other instances to be back, so that they hear of it and none of theirs seems gone.
   * It may tell of a departure twice when several instances saw it fail. It is lost when the instance that is to tell
   * dies, or loses its service, at that very moment; the next change in the room then tells the right count.
   */
  onChanged(listener: (change: PresenceChange) => void): () => void;

  /** Takes all of this instance's people out (without telling `onChanged`), then lets go of connections. */
  close(): Promise<void>;
}

export interface PresenceEntry {
  roomId: string;
  /** Unique over all instances. */
  connectionId: string;
  user: User;
}

/** `recounted`: nobody came or went that the room had not been told of, but what it was told of its count may be wrong. */
export type PresenceChange =
  | { type: 'joined' | 'left'; roomId: string; user: User; userCount: number }
  | { type: 'recounted'; roomId: string; userCount: number };
