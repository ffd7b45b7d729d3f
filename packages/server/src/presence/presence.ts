import type { User } from '@earshot/shared';

/**
 * Presence: the users present in each room, on any connection of any instance. A user with several connections is present once. The
 * entries of an instance are leased: when it dies, its users are removed within 15 s, and one of the live instances reports it.
 *
 * Calls reject with `BROKER_UNAVAILABLE` within two seconds when the service is unreachable. An instance that lost its connection, or whose
 * leases were lost with the service, restores its users automatically, and removes those whose `leave` failed.
 */
export interface Presence {
  readonly kind: 'local' | 'redis' | 'redis-cluster';

  /**
   * Adds a watch of a user to a room. `hasJoined` if the user was not present before, on any instance: only one caller gets it. Throws
   * `ROOM_FULL` when `capacity` (0: unlimited) other users are present; the check is atomic across instances. A repeat for the same watch
   * only updates the name.
   */
  enter(entry: PresenceEntry, capacity: number): Promise<Entered>;

  /** Removes a watch. `hasLeft` if the user is no longer present anywhere: only one caller gets it. */
  leave(entry: PresenceEntry): Promise<{ hasLeft: boolean; userCount: number }>;

  /** Returns the number of users present in each room, in the order of the ids. */
  counts(roomIds: readonly string[]): Promise<number[]>;

  /** Returns whether the user is present on any instance, and the number of present users. */
  statusOf(roomId: string, userId: string): Promise<{ isPresent: boolean; userCount: number }>;

  /**
   * Lists present users by user id, at most `limit`. If more are present, the selection is arbitrary. The cost depends on `limit` only, not
   * on the number of present users.
   */
  list(roomId: string, limit: number): Promise<User[]>;

  /**
   * Reports changes that no caller of `enter` or `leave` received, on one instance only: users lost with a dead instance, users restored
   * with an instance that was considered dead, and completed removals after a failed `leave`. After an outage it waits a few seconds for
   * the other instances to reconnect, so that they receive the events and none of their users appear to have left. It may report a
   * departure twice when several instances saw the call fail. A report is lost if the reporting instance dies, or loses its service, at
   * that moment; the next change in the room then carries the correct count.
   */
  onChanged(listener: (change: PresenceChange) => void): () => void;

  /** Removes all users of this instance (without calling `onChanged`), then closes its connections. */
  close(): Promise<void>;
}

export interface Entered {
  hasJoined: boolean;
  userCount: number;
  /** The name under which the user was present, if it was another one: only one caller gets it. */
  formerName?: string | undefined;
}

export interface PresenceEntry {
  roomId: string;
  /** The id of the watch, unique across all instances: a connection may watch a room twice. */
  watchId: string;
  user: User;
}

/** `recounted`: no user joined or left unannounced, but the announced count may be wrong. */
export type PresenceChange =
  | { type: 'joined' | 'left'; roomId: string; user: User; userCount: number }
  | { type: 'recounted'; roomId: string; userCount: number };
