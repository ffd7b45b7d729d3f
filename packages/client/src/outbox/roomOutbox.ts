import type { Message } from '@earshot/shared';
import { randomId } from '../lib/randomId.ts';
import { type Readable, Value } from '../lib/value.ts';
import type { Outbox } from './outbox.ts';
import { type PendingMessage, reducePending } from './pendingMessages.ts';

/**
 * The unsent messages of a room, and a way to add to them, without a subscription: for a
 * room that can't be joined yet, because there is no connection.
 */
export class RoomOutbox {
  /** In the order of sending. */
  readonly pending: Readable<readonly PendingMessage[]>;
  readonly #roomId: string;
  readonly #outbox: Outbox;
  /** Stops updating `pending`. Messages are still sent. */
  readonly close: () => void;

  constructor(roomId: string, outbox: Outbox) {
    this.#roomId = roomId;
    this.#outbox = outbox;
    const pending = new Value<readonly PendingMessage[]>([]);
    this.pending = pending;
    this.close = outbox.subscribe(roomId, (event) => pending.set(reducePending(pending.get(), event)));
  }

  /**
   * Sends a message like `RoomWatch.send`, after `after` has settled, because only members may send. The messages of an
   * earlier page are sent first.
   */
  async send(content: string, after?: Promise<unknown>): Promise<Message> {
    const message = { clientMessageId: randomId(), roomId: this.#roomId, content, sentAt: new Date() };
    await this.#outbox.ready;
    return this.#outbox.send(message, after);
  }

  /** Sends a failed message again. */
  retry(clientMessageId: string): Promise<Message> {
    return this.#outbox.retry(clientMessageId);
  }

  /** Removes a failed or waiting message. Returns whether it did. */
  drop(clientMessageId: string): boolean {
    return this.#outbox.drop(clientMessageId);
  }
}
