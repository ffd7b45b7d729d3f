import type { ChangeOf, HistoryPage, Message, OwnReactions, Position, User } from '@earshot/shared';
import type { AuditStore } from './audit.ts';
import type { ErasureStore } from './erasures.ts';
import type { ExpiryStore } from './expiry.ts';
import type { MemberNameStore } from './memberNames.ts';
import type { PersonalStores } from './personalData.ts';
import type { PrivacyStore } from './privacy.ts';
import type { ReportStore } from './reports.ts';
import type { RuleStore } from './rules.ts';
import type {
  DescribeRequest,
  InactivityTimes,
  LoggedMessage,
  NamedRoomRequest,
  NearbyPageSearch,
  NewRoomRequest,
  StoredRoom,
} from './storedRooms.ts';

export type {
  DescribeRequest,
  InactivityTimes,
  LoggedMessage,
  NamedRoomRequest,
  NearbyPageSearch,
  NewRoomRequest,
  RoomDescription,
  StoredRoom,
} from './storedRooms.ts';

/**
 * The maximum age, in milliseconds, of a head that a caller of `append` passes. Feeds forget a head that was not compared with the store for
 * so long. MongoDB keeps the numbers of a changed message reserved at least for so long (`takenSeqsMax` in store/mongo/log/saveChange.ts).
 */
export const headMaxAgeMs = 5_000;

/**
 * The store: rooms, members and each room's log of changes. It is the authoritative source; every other component may lose data.
 *
 * Every driver guarantees:
 * - A change is acknowledged (its promise resolves) only when it is durable: it survives `kill -9` of this process and
 *   of the database.
 * - Every change takes its room's next sequence number, 1, 2, 3 ..., without gaps, even with many writers in many
 *   processes. A failed change has no number.
 * - Appends to one room submitted in order on one instance get ascending numbers in that order.
 * - The times of a room's changes (`changeTime`) never decrease along their numbers.
 * - Timestamps of a room's messages ascend with `seq`, and differ, as far as `nextTimestamp` can ensure it.
 * - Reads return only data that can no longer be rolled back.
 * - When the database can't be reached, calls reject with EarshotError `STORE_UNAVAILABLE`, within about five seconds.
 *   A call that waits for others may take up to 30 seconds, while the database answers those in time.
 *   The change may have been applied all the same: repeat it with its `clientMessageId`.
 */
export interface Store {
  /** For display and logs. */
  readonly kind: 'sqlite' | 'mongodb';
  /** The record of what moderators decide. */
  readonly audit: AuditStore;
  /** The queue of moderators. */
  readonly reports: ReportStore;

  readonly rules: RuleStore;
  /** The erasures of users' data. */
  readonly erasures: ErasureStore;
  /** The deletion of expired messages. */
  readonly expiry: ExpiryStore;
  /** What rooms and their logs contain about one user. */
  readonly personal: PersonalStores;
  /** The members of rooms by their names. */
  readonly memberNames: MemberNameStore;

  /**
   * Adds a message to the room's log. A repeat of (roomId, userId, clientMessageId) returns the first result with `isNew: false` and stores
   * nothing. Does not check that the room exists.
   *
   * `findHead` returns the message at the head of the room's log, if the caller knows it: at most `headMaxAgeMs` old, durably stored,
   * and without a change after it. It saves a driver the lookup of the head; other instances may have written since.
   */
  append(message: NewMessage, findHead?: () => LogHead | undefined): Promise<{ message: Message; isNew: boolean }>;

  /**
   * Changes a message and assigns the room's next number as its `updatedSeq`. A change without effect (a reaction that exists already, a
   * second delete) takes no number and returns `isChanged: false`. Throws `MESSAGE_NOT_FOUND`; `MESSAGE_DELETED` for an edit of or reaction
   * to a tombstone; `TOO_MANY_EMOJI` and `TOO_MANY_OWN_REACTIONS`. `erase` has no effect on another author's message.
   */
  change(target: MessageRef, change: MessageChange): Promise<{ message: Message; isChanged: boolean }>;

  /** Returns one message, or null. */
  message(target: MessageRef): Promise<Message | null>;

  /**
   * Returns the emoji of a user on each of these messages of the room, in the order of the ids; none for an unknown message. The cost
   * depends only on the number of messages.
   */
  ownReactions(roomId: string, of: { userId: string; messageIds: readonly string[] }): Promise<OwnReactions[]>;

  /**
   * Returns a page of the room's messages by `seq`, oldest first. Without a direction: the newest. Here and in every method that returns
   * several messages, there are fewer than `limit` if they reach `limits.pageChars` characters in total: see `isFullPage`. A page is never
   * empty if there are messages, and no more is read than it holds.
   */
  history(roomId: string, page: HistoryQuery): Promise<HistoryPage>;

  /**
   * Returns the newest messages with a timestamp before that time (without a time: the newest of all), oldest first. It returns `limit` of
   * them plus those that share the oldest one's timestamp (as many as fit into a page), so that paging back by the oldest timestamp seen
   * reaches every message.
   */
  historyBefore(roomId: string, page: TimePage): Promise<Message[]>;

  /**
   * Returns the newest `limit` messages (oldest first) and the position of the room's latest change, both of one instant: the messages
   * include every change up to `head`, and none after it.
   */
  snapshot(roomId: string, limit: number): Promise<{ messages: Message[]; head: Position }>;

  /**
   * Returns the messages whose latest change is after `seq`, by ascending `updatedSeq`, at most `limit`. A message that changed several
   * times is returned once, in its current version. The record of the title and topic is among them.
   */
  changesSince(roomId: string, seq: number, limit: number): Promise<LoggedMessage[]>;

  /** Returns the position of the latest change of each room; `emptyPosition` for a room without changes. One query for all rooms. */
  heads(roomIds: readonly string[]): Promise<Map<string, Position>>;

  /**
   * Returns the newest message of each room, with at most `chars` characters (code points) of its text; nothing for a room without messages.
   * One query for all rooms, whose cost depends only on their number.
   */
  newestMessages(roomIds: readonly string[], chars: number): Promise<Map<string, NewestMessage>>;

  /**
   * Returns the position of the last change up to the number `seq` that is the latest of its message; `emptyPosition` if there is none. Its
   * number is lower than `seq` if the message of that change was changed again.
   */
  lastChange(roomId: string, seq: number): Promise<Position>;

  /**
   * Returns the first of `roomsNear` that is not in `except`, or a new room in that cell. Concurrent calls for one cell, on any number of
   * instances, create one room; calls for distant cells do not wait for each other.
   */
  nearestOrNewRoom(request: NewRoomRequest): Promise<{ room: StoredRoom; isNew: boolean }>;

  /** Returns the room of that id, and creates it if there is none. Concurrent calls create one room. */
  namedRoom(request: NamedRoomRequest): Promise<{ room: StoredRoom; isNew: boolean }>;

  room(roomId: string): Promise<StoredRoom | null>;

  /**
   * Sets the room's title and topic, as one change in its log, which takes the next number. The log has one record of it per room, in its
   * latest version: `changesSince` and `heads` return it like a message, and no other method does. A change without effect takes no number.
   * Throws `ROOM_NOT_FOUND`.
   */
  describe(request: DescribeRequest): Promise<{ room: StoredRoom; record: LoggedMessage | null }>;

  /**
   * Returns rooms around a map cell (cells.ts). Distances are metres between the centres of two cells, so all rooms of one cell are
   * equally distant, and those of that cell itself are within any radius above 0. Nearest first;
   * within one cell, rooms with messages first, then those idle longest, then by id. The cost depends only on `limit`, not on the number of
   * rooms.
   */
  roomsNear(cell: string, radius: number, limit: number): Promise<{ room: StoredRoom; distance: number }[]>;

  /**
   * Returns a page of the rooms around a map cell, with distances as in `roomsNear`: nearest first, equally distant ones by cell, and within
   * a cell in an order of ids that never changes. A page with fewer than `limit` rooms is the last. So pages that each continue after the
   * last room of the one before have no room twice, and every room that exists throughout, whatever is created or removed in between.
   * The cost depends on `limit` and, less than proportionally, on the distance of `after`, not on the number of rooms.
   */
  roomsNearPage(search: NearbyPageSearch): Promise<{ room: StoredRoom; distance: number }[]>;

  /**
   * Returns rooms without messages that had no join, and no call of `resetIdleTime`, since `before`; longest idle first. They are removed
   * in two steps, so that a message of a member who was just checked is never lost: `endMemberships`, and later `removeRooms`, which keeps
   * a room whose log has grown in between. A join before the first step, or between the two, keeps the room; a join after them finds no
   * room.
   */
  idleRooms(before: Date, limit: number): Promise<string[]>;
  /**
   * Returns rooms with messages, made at a location, that may have been inactive since `before`: no join and no call of `resetIdleTime`.
   * Sends do not record activity here, so the rooms may have newer messages. `endMemberships` checks that, and records the activity.
   */
  inactiveRooms(before: Date, limit: number): Promise<string[]>;
  /** Marks these rooms as active now, because users are present in them, and cancels their removal. */
  resetIdleTime(roomIds: readonly string[]): Promise<void>;
  /**
   * The first step of removing a room. Ends the memberships of those rooms without messages that are still idle since `idleBefore`, and of
   * those made at a location in which nothing happened since `inactiveBefore` (without it: of none). Ends at most `membershipsPerStep` in
   * one call; a room with more of them is returned again by `idleRooms` or `inactiveRooms`. Returns the number of rooms without members.
   */
  endMemberships(roomIds: readonly string[], times: InactivityTimes): Promise<number>;
  /** Returns rooms whose memberships ended before that time. */
  vacatedRooms(before: Date, limit: number): Promise<string[]>;
  /**
   * The second step: removes those of the rooms whose memberships ended before that time, and whose log has not grown since. The others are
   * kept. Their messages are deleted by `purgeRemovedRooms`. Returns the ids of the removed rooms.
   */
  removeRooms(roomIds: readonly string[], before: Date): Promise<string[]>;
  /**
   * Deletes some hundred messages, or reactions to them, of removed rooms. Returns whether there may be more. May be repeated, by any number
   * of instances at once.
   */
  purgeRemovedRooms(): Promise<boolean>;
  /** Whether a room of that id was removed, and not forgotten since. */
  wasRemoved(roomId: string): Promise<boolean>;
  /** Forgets rooms whose last message was deleted before that time, at most `limit`. Returns their number. */
  forgetRemovedRooms(before: Date, limit: number): Promise<number>;

  /** Makes the user a member. Returns whether the membership is new. Throws `ROOM_NOT_FOUND`. */
  addMember(roomId: string, user: User): Promise<boolean>;
  /** Ends the membership. Returns whether there was one. */
  removeMember(roomId: string, userId: string): Promise<boolean>;
  isMember(roomId: string, userId: string, options?: ReadOptions): Promise<boolean>;

  /** Stores the map cell of the user's location, and replaces the previous one. */
  saveLocation(user: User, cell: string, at: Date): Promise<void>;
  /** Returns the cell that `saveLocation` stored last, or null. Visible to that user only. */
  location(userId: string): Promise<{ cell: string; at: Date } | null>;
  /** Removes every location stored before `at`. Returns their number. */
  forgetLocations(at: Date): Promise<number>;

  /** The privacy settings of users. */
  readonly privacy: PrivacyStore;

  /** Resolves when the store can serve; rejects with `STORE_UNAVAILABLE` within two seconds if it can't. */
  ping(): Promise<void>;
  /** Completes accepted calls, if the database does so within seconds; then releases files and connections. Later calls reject. */
  close(): Promise<void>;
}

export interface NewMessage {
  roomId: string;
  userId: string;
  username: string;
  content: string;
  clientMessageId?: string | undefined;
}

export type LogHead = ChangeOf;

/** A room's newest message. */
export interface NewestMessage {
  updatedSeq: number;
  userId: string;
  username: string;
  /** The beginning of its text. */
  content: string;
  timestamp: Date;
  deleted: boolean;
}

export interface MessageRef {
  roomId: string;
  messageId: string;
}

export type MessageChange =
  | { type: 'edit'; content: string }
  | { type: 'delete' }
  /** Like `delete`, by a moderator: the tombstone says so. */
  | { type: 'remove' }
  /** Leaves a tombstone without its author, who has the id `userId`. */
  | { type: 'erase'; userId: string; pseudonym: string }
  | { type: 'react'; userId: string; emoji: string; on: boolean };

export interface ReadOptions {
  /**
   * The answer may come from memory, and may lack what other instances wrote in the last moments. The newest page always includes every
   * change that this instance has returned. Databases ignore this.
   */
  allowCached?: boolean;
}

export interface HistoryQuery extends ReadOptions {
  before?: number | undefined;
  after?: number | undefined;
  limit: number;
}

export interface TimePage {
  before?: Date | undefined;
  limit: number;
}
