/** An unsent message in a store. It is plain data for structured cloning and, except for the date, for JSON. */
export interface StoredMessage {
  /** Random, and the same for each retry, so that the message is stored once. */
  readonly clientMessageId: string;
  readonly roomId: string;
  readonly content: string;
  readonly sentAt: Date;
  /** Identifies the author. The message is sent only by a client with this identity. */
  readonly sender: string;
}

/**
 * Stores unsent messages beyond the life of a page or process. A message is removed when the server has stored it
 * or the user drops it, but not when the server refuses it, because the user may retry. Any call of a store may fail;
 * the client logs that and continues in memory.
 */
export interface OutboxStore {
  /**
   * Called once by each client, before other calls. Resolves with the messages of this sender, in the order in which they were
   * put. A store that is shared by several open pages omits the messages of other pages, and calls `adopt` with them when such a page is
   * closed. A store that does not distinguish pages returns all messages; a message that is sent by two pages is still stored once.
   */
  load(sender: string, adopt: (messages: readonly StoredMessage[]) => void): Promise<readonly StoredMessage[]>;
  /** Resolves when the message is stored durably. A message that is present already keeps its position. */
  put(message: StoredMessage): Promise<void>;
  /** Does nothing if there is no such message. */
  remove(clientMessageId: string): Promise<void>;
  /** The client is closed, and other pages may adopt its messages. Another client may load the same store again. */
  close?(): void | Promise<void>;
}
