import type { Message } from '@earshot/shared';
import type { ChangeEvent } from './envelope.ts';

interface PublishedChange {
  event: ChangeEvent;
  fromConnectionId: string;
}

interface PendingEcho {
  payload: string;
  published: PublishedChange;
}

const pendingMax = 256;

/**
 * The changes that this instance published to one room and the broker has not yet delivered back. Their payloads need no second decoding,
 * because stores return only the fields of the schema, in its order. Whether, when and in which order a payload comes back still depends on
 * the broker.
 */
export class PendingEchoes {
  /** In the order of publication. Not a map: to hash a payload reads all of it, and it is nearly always the first that comes back. */
  #pending: PendingEcho[] = [];

  /** Number of payloads that have not come back. */
  get size(): number {
    return this.#pending.length;
  }

  add(payload: string, published: PublishedChange): void {
    if (this.#pending.length >= pendingMax) this.#pending = [];
    this.#pending.push({ payload, published });
  }

  /** Drops earlier versions of a message that changed. */
  forget({ id, updatedSeq }: Message): void {
    this.#pending = this.#pending.filter(
      ({ published: { event } }) => event.message.id !== id || event.message.updatedSeq >= updatedSeq,
    );
  }

  /** Returns the published event of the payload; undefined if another instance published it. */
  take(payload: string): PublishedChange | undefined {
    const index = this.#pending.findIndex((echo) => echo.payload === payload);
    // Brokers mostly keep the order: an earlier payload is lost, or is decoded like any other when it arrives.
    return this.#pending.splice(0, index + 1).at(-1)?.published;
  }
}
