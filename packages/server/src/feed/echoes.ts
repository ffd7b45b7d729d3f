import type { Message } from '@earshot/shared';
import type { ChangeEvent } from './envelope.ts';

interface Published {
  event: ChangeEvent;
  from: string;
}

const waitingMax = 256;

/**
 * The changes that this instance told one room and the broker has yet to bring back: the very text need not be read again,
 * for stores give messages no more than the schema has, in its order. Whether, when and in which order it comes is the
 * broker's affair all the same.
 */
export class Echoes {
  readonly #waiting = new Map<string, Published>();

  /** How many have yet to come back. */
  get size(): number {
    return this.#waiting.size;
  }

  add(payload: string, published: Published): void {
    if (this.#waiting.size >= waitingMax) this.#waiting.clear();
    this.#waiting.set(payload, published);
  }

  /** The message changed: no earlier version of it stays here. */
  forget({ id, updatedSeq }: Message): void {
    for (const [payload, { event }] of this.#waiting) {
      if (event.message.id === id && event.message.updatedSeq < updatedSeq) this.#waiting.delete(payload);
    }
  }

  /** What that payload says; undefined when it is somebody else's. */
  take(payload: string): Published | undefined {
    const published = this.#waiting.get(payload);
    if (!published) return undefined;
    // Brokers keep the order, mostly: what should have come before is lost, or will be read like any other.
    for (const earlier of this.#waiting.keys()) {
      this.#waiting.delete(earlier);
      if (earlier === payload) break;
    }
    return published;
  }
}
