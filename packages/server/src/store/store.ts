import type { ChangeOf, HistoryPage, Location, Message, OwnReactions, Position, User } from '@earshot/shared';

/**
 * The store: rooms, members and each room's log of changes. It is the truth; everything else may lose things.
 *
 * What every driver promises:
 * - A change is acknowledged (its promise resolves) only when it is durable: it survives `kill -9` of this process and
 *   of the database.
 * - Every change takes its room's next sequence number, 1, 2, 3 ...: hole-free, also with many writers in many
 *   processes. A change that fails has no number.
 * - Appends to one room handed over in the same order on one instance get ascending numbers in that order.
 * - The times of a room's changes (`changeTime`) never decrease along their numbers.
 * - Timestamps of a room's messages ascend with their places, and differ, as far as `nextTimestamp` can see to it.
 * - Reads show only what can no longer be rolled back.
 * - When the database can't be reached, calls reject with EarshotError `STORE_UNAVAILABLE`, within about five seconds.
 *   A change that so failed may have happened all the same: repeat it under its `clientMessageId`.
 */
export interface Store {
  /** For people and logs. */
  readonly kind: 'sqlite' | 'mongodb';

  /**
   * Adds a message to the room's log. A repeat of (roomId, userId, clientMessageId) returns the first result with
   * `repeated` and stores nothing. The room is not checked to exist.
   *
   * `end` tells, when asked, the message at the end of the room's log, if the caller knows it: as it was some seconds ago at
   * most, stored for good, and with no change after it. It spares a driver looking the end up; others may have written since.
   */
  append(message: NewMessage, end?: () => LogEnd | undefined): Promise<{ message: Message; repeated: boolean }>;

  /**
   * Changes a message and gives it the room's next number as `updatedSeq`. A change that alters nothing (a reaction that
   * is there already, a second delete) takes no number and returns `changed: false`.
   * Throws `MESSAGE_NOT_FOUND`; `MESSAGE_DELETED` for an edit of or reaction to a tombstone; `TOO_MANY_EMOJI` and
   * `TOO_MANY_OWN_REACTIONS`.
   */
  change(target: MessageRef, change: MessageChange): Promise<{ message: Message; changed: boolean }>;

  /** One message, or null. */
  message(target: MessageRef): Promise<Message | null>;

  /**
   * The emoji that a user has on each of these messages of the room, in the order asked for; none for a message that is unknown.
   * The work depends on the number of messages alone.
   */
  ownReactions(roomId: string, of: { userId: string; messageIds: readonly string[] }): Promise<OwnReactions[]>;

  /**
   * A page of the room's messages by their place (`seq`), oldest first. Without a direction: the newest. Here and in all
   * that gives several messages, there are fewer than `limit` where they have `limits.pageChars` characters together: see
   * `isFullPage`. A page is never empty where there are messages, and no more is read than it takes.
   */
  history(roomId: string, page: HistoryQuery): Promise<HistoryPage>;

  /**
   * The newest messages with a timestamp before that time (without one: the newest of all), oldest first. There are
   * `limit` of them and those that share the oldest one's timestamp (as many as fit into a page), so that whoever pages
   * back by the oldest timestamp seen meets every message.
   */
  historyBefore(roomId: string, page: TimePage): Promise<Message[]>;

  /**
   * The newest `limit` messages (oldest first) together with the position of the room's latest change, both of one
   * instant: every change up to `head` is in what the messages show, none after it.
   */
  snapshot(roomId: string, limit: number): Promise<{ messages: Message[]; head: Position }>;

  /**
   * Messages whose latest change lies after `seq`, by ascending `updatedSeq`, `limit` at most. A message that changed
   * several times comes once, as it is now.
   */
  changesSince(roomId: string, seq: number, limit: number): Promise<Message[]>;

  /** The position of the latest change of each room, `emptyPosition` for a room without any. One query for all. */
  heads(roomIds: readonly string[]): Promise<Map<string, Position>>;

  /**
   * The position of the last change up to the number `seq` that is some message's latest; `emptyPosition` when there is none.
   * Its number is lower than `seq` where the message of that change was changed again.
   */
  lastChange(roomId: string, seq: number): Promise<Position>;

  /**
   * The first of `roomsNear`, or a new room at that place. Calls at once for one spot, over any number of instances, make
   * one room; calls for places far apart do not wait for each other.
   */
  nearestOrNewRoom(request: NewRoomRequest): Promise<{ room: StoredRoom; isNew: boolean }>;

  /** The room of that id, made when there is none. Calls at once make one room. */
  namedRoom(request: NamedRoomRequest): Promise<{ room: StoredRoom; isNew: boolean }>;

  room(roomId: string): Promise<StoredRoom | null>;

  /**
   * Rooms around a place. Places are compared by their map cells (cells.ts): distances are metres between the centres of
   * two cells, so all rooms of one cell are equally far, and those of the caller's own cell are within any radius above 0.
   * Nearest first; in one cell, first rooms with messages, then the ones that were idle longest, then by id. The work
   * depends on `limit` alone, not on how many rooms there are.
   */
  roomsNear(location: Location, radius: number, limit: number): Promise<{ room: StoredRoom; distance: number }[]>;

  /**
   * Rooms without any message that nobody joined, and for which `keepRooms` was not called, since `before`; longest idle
   * first. They are cleared away in two steps, so that a message of a member who was just checked is never lost:
   * `vacateRooms` ends the memberships, and `removeVacated` later deletes the room, unless it has a message by then. A
   * join before the first step, or between the two, keeps the room; a join after them finds none.
   */
  idleRooms(before: Date, limit: number): Promise<string[]>;
  /** Somebody is present in these rooms: they are not idle before now. */
  keepRooms(roomIds: readonly string[]): Promise<void>;
  /** Ends all memberships of those rooms that are still idle since `before`. Tells how many rooms that are. */
  vacateRooms(roomIds: readonly string[], before: Date): Promise<number>;
  /** Deletes rooms vacated before that time, `limit` at most. Tells how many. */
  removeVacated(before: Date, limit: number): Promise<number>;

  /** Makes the user a member. Tells whether that is new. Throws `ROOM_NOT_FOUND`. */
  addMember(roomId: string, user: User): Promise<boolean>;
  /** Ends the membership. Tells whether there was one. */
  removeMember(roomId: string, userId: string): Promise<boolean>;
  isMember(roomId: string, userId: string): Promise<boolean>;

  /** Keeps where a user is, as the centre of the map cell, replacing what was kept before. */
  saveLocation(user: User, location: Location, at: Date): Promise<void>;
  /** What `saveLocation` kept last, or null. For the user alone. */
  location(userId: string): Promise<{ location: Location; at: Date } | null>;
  /** Forgets every location kept before `at`. Returns how many. */
  forgetLocations(at: Date): Promise<number>;

  /** Resolves when the store can serve; rejects with `STORE_UNAVAILABLE` within two seconds when it can't. */
  ping(): Promise<void>;
  /** Finishes what was accepted, if the database does so within seconds; then lets go of files and connections. Later calls reject. */
  close(): Promise<void>;
}

export interface NewMessage {
  roomId: string;
  userId: string;
  username: string;
  content: string;
  clientMessageId?: string | undefined;
}

export type LogEnd = ChangeOf;

export interface MessageRef {
  roomId: string;
  messageId: string;
}

export type MessageChange =
  | { type: 'edit'; content: string }
  | { type: 'delete' }
  | { type: 'react'; userId: string; emoji: string; on: boolean };

export interface HistoryQuery {
  before?: number | undefined;
  after?: number | undefined;
  limit: number;
}

export interface TimePage {
  before?: Date | undefined;
  limit: number;
}

/** A room with the exact point where it was made: never leaves the server as it is. */
export interface StoredRoom {
  id: string;
  name: string;
  location: Location | null;
  createdAt: Date;
  lastMessageAt: Date | null;
}

export interface NewRoomRequest {
  location: Location;
  radius: number;
  /** The name of the room, should it be made. */
  name: string;
  createdBy: string;
}

export interface NamedRoomRequest {
  roomId: string;
  /** The name and the place of the room, should it be made; null: no place. */
  name: string;
  location: Location | null;
  createdBy: string;
}
