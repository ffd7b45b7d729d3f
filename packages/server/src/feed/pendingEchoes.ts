import type { Message } from '@earshot/shared';
import type { ChangeEvent } from './envelope.ts';

interface PublishedChange {
  event: ChangeEvent;
  fromConnectionId: string;
}

const pendingMax = 256;

/**
 * The changes that this instance published to one room and the broker has not yet delivered back. Their payloads need no second decoding,
 * because stores return only the fields of the schema, in its order. Whether, when and in which order a payload comes back still depends on
 * the broker.
 */
export class PendingEchoes {
  readonly #pending = new Map<string, PublishedChange>();

  /** Number of payloads that have not come back. */
  get size(): number {
    return this.#pending.size;
  }

  add(payload: string, published: PublishedChange): void {
    if (this.#pending.size >= pendingMax) this.#pending.clear();
    this.#pending.set(payload, published);
  }

  /** Drops earlier versions of a message that changed. */
  forget({ id, updatedSeq }: Message): void {
    for (const [payload, { event }] of this.#pending) {
      if (event.message.id === id && event.message.updatedSeq < updatedSeq) this.#pending.delete(payload);
    }
  }

  /** Returns the published event of the payload; undefined if another instance published it. */
  take(payload: string): PublishedChange | undefined {
    const published = this.#pending.get(payload);
    if (!published) return undefined;
    // Brokers mostly keep the order: an earlier payload is lost, or is decoded like any other when it arrives.
    for (const earlier of this.#pending.keys()) {
      this.#pending.delete(earlier);
      if (earlier === payload) break;
    }
    return published;
  }
}
