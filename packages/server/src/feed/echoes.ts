import type { Message } from '@earshot/shared';
import type { ChangeEvent } from './envelope.ts';

interface Published {
  event: ChangeEvent;
  from: string;
}

const waitingMax = 256;

/**
 * The changes that this instance published to one room and the broker has not yet delivered back. Their payloads need no second decoding,
 * because stores return only the fields of the schema, in its order. Whether, when and in which order a payload comes back still depends on
 * the broker.
 */
export class Echoes {
  readonly #waiting = new Map<string, Published>();

  /** Number of payloads that have not come back. */
  get size(): number {
    return this.#waiting.size;
  }

  add(payload: string, published: Published): void {
    if (this.#waiting.size >= waitingMax) this.#waiting.clear();
    this.#waiting.set(payload, published);
  }

  /** Drops earlier versions of a message that changed. */
  forget({ id, updatedSeq }: Message): void {
    for (const [payload, { event }] of this.#waiting) {
      if (event.message.id === id && event.message.updatedSeq < updatedSeq) this.#waiting.delete(payload);
    }
  }

  /** Returns the published event of the payload; undefined if another instance published it. */
  take(payload: string): Published | undefined {
    const published = this.#waiting.get(payload);
    if (!published) return undefined;
    // Brokers mostly keep the order: an earlier payload is lost, or is decoded like any other when it arrives.
    for (const earlier of this.#waiting.keys()) {
      this.#waiting.delete(earlier);
      if (earlier === payload) break;
    }
    return published;
  }
}
