/** A message that waits to be sent, as it is kept. Plain data: structured cloning and, but for the date, JSON hold it. */
export interface StoredMessage {
  /** Random, and the same however often the message is sent: the room takes it once. */
  readonly clientMessageId: string;
  readonly roomId: string;
  readonly content: string;
  readonly sentAt: Date;
  /** Names the user who wrote it. It goes out when a client speaks for that user again, and for nobody else. */
  readonly sender: string;
}

/**
 * Keeps what waits to be sent beyond the life of a page or process. What is put is removed again when the server has the
 * message or the user gave it up, not when the server refused it: the user may try again. A store may fail at anything;
 * the client logs that, and goes on in memory.
 */
export interface OutboxStore {
  /**
   * Called once by each client, before anything else. Resolves with what this sender left, in the order in which it was
   * put. Stores that several living pages share leave out what another one keeps, and call `adopt` with that when it has
   * gone; stores that can't tell give everything, and a message sent by two pages still comes once.
   */
  load(sender: string, adopt: (messages: readonly StoredMessage[]) => void): Promise<readonly StoredMessage[]>;
  /** Resolves when the message will survive the page. One that is there already keeps its place. */
  put(message: StoredMessage): Promise<void>;
  /** Does nothing when there is no such message. */
  remove(clientMessageId: string): Promise<void>;
  /** The client is closed: what is left is free for others. The same store may be loaded again by another client. */
  close?(): void | Promise<void>;
}
