import type { Deliveries } from './deliveries.ts';
import type { FrameListener } from './link.ts';
import { messageBytes, microseconds, readStamp } from './stamp.ts';

/** Milliseconds from a send to its arrivals. */
export interface Arrivals {
  /** At the author, as an event. */
  own: number[];
  /** At the other users of the room. */
  others: number[];
}

/** Reads the events of one user, and recognizes messages of the user by their stamps, which are unique. */
export class ChatUser implements FrameListener {
  readonly #deliveries: Deliveries;
  readonly #pending = new Set<number>();
  #arrivals: Arrivals;
  /** Messages that arrived, own ones included. */
  received = 0;

  constructor(deliveries: Deliveries, arrivals: Arrivals) {
    this.#deliveries = deliveries;
    this.#arrivals = arrivals;
  }

  /** Starts a new measurement. */
  reset(arrivals: Arrivals): void {
    this.#arrivals = arrivals;
    this.#pending.clear();
    this.received = 0;
  }

  /** The user sends a message with this stamp. */
  sends(stamp: number): void {
    this.#pending.add(stamp);
  }

  onFrame(payload: Buffer): void {
    const stamp = payload.length < messageBytes ? null : readStamp(payload);
    if (stamp !== null) {
      const { own, others } = this.#arrivals;
      (this.#pending.delete(stamp) ? own : others).push((microseconds() - stamp) / 1_000);
      this.received += 1;
    }
    this.#deliveries.onSkipped(payload.length);
  }

  onSkipped(length: number): void {
    this.#deliveries.onSkipped(length);
  }

  onEnd(reason: string): void {
    this.#deliveries.onEnd(reason);
  }
}
