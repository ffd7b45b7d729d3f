import { type HistoryPage, isFullPage, type Message, PageFill, type Position, positionOf } from '@earshot/shared';
import type { LoggedMessage } from '../../store/store.ts';

/**
 * The newest messages of one room in their current versions: one read of the store, updated by every change after it. Returned values are
 * never modified, and a page is the same object until the next change, so that callers can cache its encoded text.
 */
export class MessageWindow {
  /** One more than the longest page, to know whether there are older messages. */
  readonly #capacity: number;
  /** Ordered by `seq`. */
  readonly #messages: Message[];
  readonly #pages = new Map<number, HistoryPage>();
  /** Whether the room may have messages older than those kept here. */
  #hasOlder: boolean;
  #head: Position;
  /** Messages from before this time, in milliseconds since 1970, were dropped. */
  #droppedBefore = Number.NEGATIVE_INFINITY;

  /** `read`: a page of the newest `pageMax + 1` messages, oldest first, and the position of the latest change in them. */
  constructor(read: { messages: readonly Message[]; head: Position }, pageMax: number) {
    this.#capacity = pageMax + 1;
    this.#messages = [...read.messages];
    this.#hasOlder = isFullPage(read.messages, this.#capacity);
    this.#head = read.head;
  }

  /** Every change up to this position is included. */
  get head(): Position {
    return this.#head;
  }

  /** Applies the message as a change left it. Changes come in order; those already included are skipped. */
  apply(message: LoggedMessage): void {
    if (message.updatedSeq <= this.#head.seq) return;
    this.#head = positionOf(message);
    if (message.description) return; // the record of the room's title is no message
    this.#pages.clear();
    const messages = this.#messages;
    // Usually the end. A message that changed again while its creation was missed comes after its successors.
    const before = messages.findLastIndex(({ seq }) => seq <= message.seq);
    if (before === -1 && this.#hasOlder) return; // the messages between it and those kept here are unknown
    if (messages[before]?.seq === message.seq) messages[before] = message;
    else messages.splice(before + 1, 0, message);
    if (messages.length <= this.#capacity) return;
    messages.shift();
    this.#hasOlder = true;
  }

  /**
   * Drops messages from before that time, in milliseconds since 1970, and all before them; null: none. Returns false if messages were dropped
   * that should be kept: they are to be kept for longer now.
   */
  dropExpired(before: number | null): boolean {
    if ((before ?? Number.NEGATIVE_INFINITY) < this.#droppedBefore) return false;
    if (before === null) return true;
    const expired = this.#messages.findIndex(({ timestamp }) => timestamp.getTime() >= before);
    const count = expired === -1 ? this.#messages.length : expired;
    if (count === 0) return true;
    this.#messages.splice(0, count);
    this.#pages.clear();
    this.#hasOlder = false;
    this.#droppedBefore = before;
    return true;
  }

  /** Returns the same page as the store for the newest `limit` messages. */
  page(limit: number): HistoryPage {
    const known = this.#pages.get(limit);
    if (known) return known;
    const messages = this.#messages;
    const fill = new PageFill(limit);
    let from = messages.length;
    while (!fill.isFull && from > 0) {
      from -= 1;
      const message = messages[from];
      if (message) fill.add(message);
    }
    const page = { messages: messages.slice(from), hasMore: from > 0 || this.#hasOlder };
    this.#pages.set(limit, page);
    return page;
  }
}
