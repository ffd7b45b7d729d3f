/** The limits of the API. Some of them are defaults of server settings. */
export const limits = {
  /** Characters (code points) in a message, after trimming. Default of `MESSAGE_MAX_CHARS`. */
  messageChars: 2_000,
  /** Characters in a user's name, after trimming. */
  usernameChars: 40,
  /** Characters in a room's title. */
  titleChars: 60,
  /** Characters in a room's topic. */
  topicChars: 200,
  /** Characters in a user id. */
  userIdChars: 128,
  /** Characters in a room id. */
  sanctionReasonChars: 300,
  sanctionIdChars: 2_000,
  roomIdChars: 128,
  /** Characters in a client's own message id (its idempotency key). */
  clientMessageIdChars: 64,
  /** UTF-16 units in one reaction: the longest emoji sequences (families, flags of regions) are shorter. */
  emojiUnits: 32,
  /** Different emoji among the reactions to one message. */
  emojiPerMessage: 20,
  /** Emoji of one user on one message. */
  emojiPerPerson: 5,
  /** Users listed for each emoji of a message: the first to react. The others are only counted. */
  reactorsShown: 20,
  /** Messages in one query for the caller's own reactions. */
  ownReactionsMax: 100,
  /** Messages on a page of history: default and maximum. */
  historyDefault: 50,
  historyMax: 100,
  /** A page ends when its messages have this many characters, even if more messages were requested. */
  pageChars: 96 * 1_024,
  /** Characters in the cursor of an export of the own data. */
  exportCursorChars: 512,
  /** Metres around a location that are searched for rooms when the client gives no radius. */
  searchRadiusDefault: 5_000,
  /** Metres: the widest search. */
  searchRadiusMax: 50_000,
  /** Rooms in one answer to `rooms.nearby`: default and maximum. */
  nearbyDefault: 20,
  nearbyMax: 100,
  /** Characters in a search for a place, and places in its answer. */
  placeTextChars: 100,
  placesMax: 10,
  /** The longest replay, in changes. A watcher that missed more starts with a `reset`. */
  missedChangesMax: 1_000,
  /** Above this number of users present, joins and leaves in a room are announced only as a count. */
  announcedPresenceMax: 100,
  /** Users in one answer to `presence.list`. */
  presenceListMax: 1_000,
  /** Characters in the note of a report. */
  reportNoteChars: 1_000,
  /** Reports on a page: default and maximum. */
  reportsDefault: 20,
  reportsMax: 50,
  /** Characters in the name of an action in the audit log, and entries on a page of it: default and maximum. */
  auditActionChars: 64,
  auditDefault: 50,
  auditMax: 100,
  /** Users on a page of a search by name: default and maximum; characters in its cursor. */
  foundUsersDefault: 20,
  foundUsersMax: 50,
  foundUsersCursorChars: 512,
  /** The most days for which a room may keep its messages. */
  retentionMaxDays: 3_650,
  /** Characters in the reason for a decision of moderators. */
  reasonChars: 500,
  /** Calls in one HTTP batch. */
  callsPerBatch: 20,
  /**
   * Bytes that a WebSocket frame or HTTP body may have with any settings. Servers accept more if 20 messages of
   * `MESSAGE_MAX_CHARS` (eight bytes a character), up to 1 MiB, or `WATCHES_PER_SOCKET` (256 bytes a watch) need more.
   */
  frameBytes: 64 * 1024,
} as const;
