import { type HistoryPage, isFullPage, type Message, PageFill, type Position, positionOf } from '@earshot/shared';

/**
 * The newest messages of one room, as they are now: one reading of the store, kept up by every change after it. Nothing
 * given out is altered later, and a page is the same object until the next change, so that whoever makes text of it can
 * do so once.
 */
export class Tail {
  /** One more than the longest page tells whether there is more. */
  readonly #capacity: number;
  /** By place. */
  readonly #messages: Message[];
  readonly #pages = new Map<number, HistoryPage>();
  /** Whether the room may have messages before those kept here. */
  #hasOlder: boolean;
  #head: Position;

  /** `read`: a page of the newest `pageMax + 1` messages, oldest first, and the position of the latest change in them. */
  constructor(read: { messages: readonly Message[]; head: Position }, pageMax: number) {
    this.#capacity = pageMax + 1;
    this.#messages = [...read.messages];
    this.#hasOlder = isFullPage(read.messages, this.#capacity);
    this.#head = read.head;
  }

  /** Every change up to here is in here. */
  get head(): Position {
    return this.#head;
  }

  /** Takes in the message as a change left it. Changes come in order; those that are in here already are passed over. */
  apply(message: Message): void {
    if (message.updatedSeq <= this.#head.seq) return;
    this.#head = positionOf(message);
    this.#pages.clear();
    const messages = this.#messages;
    // Nearly always the end; a message that changed again while it was missed comes after its successors.
    const before = messages.findLastIndex(({ seq }) => seq <= message.seq);
    if (before === -1 && this.#hasOlder) return; // others between it and those kept here are not known
    if (messages[before]?.seq === message.seq) messages[before] = message;
    else messages.splice(before + 1, 0, message);
    if (messages.length <= this.#capacity) return;
    messages.shift();
    this.#hasOlder = true;
  }

  /** What the store answers when asked for the newest `limit` messages. */
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
