import type { HistoryPage, Message, Position } from '@earshot/shared';
import type { HistoryQuery, MessageRef, NewestMessage, Store, TimePage } from '../../store/store.ts';
import { type ExpiredBefore, isFromBefore, unexpired } from './expiredBefore.ts';

type Reads = Pick<Store, 'message' | 'history' | 'historyBefore' | 'snapshot' | 'newestMessages'>;

/**
 * Reads a store without the messages that have expired and are not deleted yet. The reads of the log by position are not among these, because
 * positions and full pages would not be those of the log: watchers leave out expired messages by themselves.
 */
export class UnexpiredReads implements Reads {
  readonly #store: Reads;
  readonly #expiredBefore: ExpiredBefore;

  constructor(store: Reads, expiredBefore: ExpiredBefore) {
    this.#store = store;
    this.#expiredBefore = expiredBefore;
  }

  async message(target: MessageRef): Promise<Message | null> {
    const message = await this.#store.message(target);
    return message && this.#isExpired(message) ? null : message;
  }

  /** Whether there is such a message, and it has expired. Reads nothing where messages do not expire. */
  async hasExpired(target: MessageRef): Promise<boolean> {
    if (this.#expiredBefore(target.roomId) === null) return false;
    const message = await this.#store.message(target);
    return message !== null && this.#isExpired(message);
  }

  async history(roomId: string, query: HistoryQuery): Promise<HistoryPage> {
    const page = await this.#store.history(roomId, query);
    const messages = unexpired(page.messages, this.#expiredBefore(roomId));
    if (messages === page.messages) return page;
    // Messages expire in their order: there are none before one that has expired.
    if (query.after === undefined) return { messages, hasMore: page.hasMore && messages[0] === page.messages[0] };
    const after = await this.#lastExpired(roomId);
    return after > query.after ? this.#store.history(roomId, { ...query, after }) : { ...page, messages };
  }

  async historyBefore(roomId: string, page: TimePage): Promise<Message[]> {
    return unexpired(await this.#store.historyBefore(roomId, page), this.#expiredBefore(roomId));
  }

  async snapshot(roomId: string, limit: number): Promise<{ messages: Message[]; head: Position }> {
    const { messages, head } = await this.#store.snapshot(roomId, limit);
    return { messages: unexpired(messages, this.#expiredBefore(roomId)), head };
  }

  async newestMessages(roomIds: readonly string[], chars: number): Promise<Map<string, NewestMessage>> {
    const found = await this.#store.newestMessages(roomIds, chars);
    for (const [roomId, { timestamp }] of found) if (this.#isExpired({ roomId, timestamp })) found.delete(roomId);
    return found;
  }

  #isExpired({ roomId, timestamp }: Pick<Message, 'roomId' | 'timestamp'>): boolean {
    return isFromBefore({ timestamp }, this.#expiredBefore(roomId));
  }

  /** Returns the `seq` of the last expired message; 0 if there is none. */
  async #lastExpired(roomId: string): Promise<number> {
    const before = this.#expiredBefore(roomId);
    if (before === null) return 0;
    const [message] = (await this.#store.historyBefore(roomId, { before: new Date(before), limit: 1 })).slice(-1);
    return message?.seq ?? 0;
  }
}
