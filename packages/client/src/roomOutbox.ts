import type { Message } from '@earshot/shared';
import type { Outbox } from './outbox.ts';
import { randomId } from './randomId.ts';
import { emptyTimeline, type PendingMessage, reduceTimeline } from './roomTimeline.ts';
import { type Readable, Value } from './value.ts';

/**
 * What the user has to say in a room, seen without the room: what waits to be sent there, and a way to add to it. For a
 * room that can't be joined for now, because there is no connection.
 */
export class RoomOutbox {
  /** In the order of sending. */
  readonly pending: Readable<readonly PendingMessage[]>;
  readonly #roomId: string;
  readonly #outbox: Outbox;
  /** Stops telling of changes; what was sent still goes out. */
  readonly close: () => void;

  constructor(roomId: string, outbox: Outbox) {
    this.#roomId = roomId;
    this.#outbox = outbox;
    let timeline = emptyTimeline;
    const pending = new Value<readonly PendingMessage[]>([]);
    this.pending = pending;
    this.close = outbox.follow(roomId, (event) => {
      timeline = reduceTimeline(timeline, event);
      pending.set(timeline.pending);
    });
  }

  /**
   * As a watch sends, but not before `after` has settled: who is not a member yet has to join first. What was left by a
   * former page goes before it.
   */
  async send(content: string, after?: Promise<unknown>): Promise<Message> {
    const message = { clientMessageId: randomId(), roomId: this.#roomId, content, sentAt: new Date() };
    await this.#outbox.ready;
    return this.#outbox.send(message, after);
  }

  /** Sends a message again that failed. */
  retry(clientMessageId: string): Promise<Message> {
    return this.#outbox.retry(clientMessageId);
  }

  /** Takes back a message that failed or still waits its turn. Tells whether it did. */
  drop(clientMessageId: string): boolean {
    return this.#outbox.drop(clientMessageId);
  }
}
