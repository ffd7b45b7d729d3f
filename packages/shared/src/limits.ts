/** The fixed sizes of the API. What an operator may change stands in the server's settings, with these as defaults. */
export const limits = {
  /** Characters (code points) in a message, after trimming. Default of `MESSAGE_MAX_CHARS`. */
  messageChars: 2_000,
  /** Characters in a user's name, after trimming. */
  usernameChars: 40,
  /** Characters in a user id. */
  userIdChars: 128,
  /** Characters in a room id. */
  roomIdChars: 128,
  /** Characters in a client's own message id (its idempotency key). */
  clientMessageIdChars: 64,
  /** UTF-16 units in one reaction: the longest emoji sequences (families, flags of regions) stay below. */
  emojiUnits: 32,
  /** Different emoji among the reactions to one message. */
  emojiPerMessage: 20,
  /** Emoji of one person on one message. */
  emojiPerPerson: 5,
  /** People named for each emoji of a message: those who reacted first. The others are counted. */
  reactorsShown: 20,
  /** Messages in one question for one's own reactions. */
  ownReactionsMax: 100,
  /** Messages on a page of history: default and maximum. */
  historyDefault: 50,
  historyMax: 100,
  /** Characters of messages after which a page ends, however many messages were asked for. */
  pageChars: 96 * 1_024,
  /** Metres around a place in which a room is looked for when a client names no radius. */
  searchRadiusDefault: 5_000,
  /** Metres: the widest search. */
  searchRadiusMax: 50_000,
  /** Rooms in one answer to `rooms.nearby`: default and maximum. */
  nearbyDefault: 20,
  nearbyMax: 100,
  /** Changes a returning watcher may have missed; beyond that it starts again from a `reset`. */
  missedChangesMax: 1_000,
  /** People present in a room above which joins and leaves are told as a count only. */
  announcedPresenceMax: 100,
  /** Users in one answer to `presence.list`. */
  presenceListMax: 1_000,
  /** Calls in one HTTP batch. */
  callsPerBatch: 20,
  /**
   * Bytes that one WebSocket frame or HTTP body may have with any settings. Servers take more where 20 messages of
   * `MESSAGE_MAX_CHARS` (eight bytes a character), up to 1 MiB, or `WATCHES_PER_SOCKET` (256 bytes a watch) ask for it.
   */
  frameBytes: 64 * 1024,
} as const;
