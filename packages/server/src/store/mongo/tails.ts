import type { Collection } from 'mongodb';
import type { MessageDocument } from './collections.ts';

/** Milliseconds for which a tail is remembered. See `takenSeqsKept` in change.ts before making it longer. */
const remembered = 1_000;
const largest = 10_000;

export interface Tail {
  /** The number of the room's latest change; 0 in an empty room. */
  seq: number;
  /** The timestamp of its newest message, in milliseconds; 0 in an empty room. */
  time: number;
}

/**
 * The end of each room's log, as far as it can no longer be rolled back: from a read with read concern
 * majority, or from an own write that a majority acknowledged. Numbering after a tail that vanished in an election would
 * leave a hole. A tail may be out of date, since others write too; then the next number clashes.
 */
export class Tails {
  readonly #messages: Collection<MessageDocument>;
  /** Least recently learnt first. */
  readonly #known = new Map<string, Tail & { until: number }>();

  constructor(messages: Collection<MessageDocument>) {
    this.#messages = messages;
  }

  async get(roomId: string): Promise<Tail> {
    const known = this.#known.get(roomId);
    if (known && known.until > performance.now()) return known;
    const projection = { _id: 0, seq: 1, updated_seq: 1, timestamp: 1 };
    const changed = await this.#messages.findOne(
      { room_id: roomId, updated_seq: { $gt: 0 } },
      { sort: { updated_seq: -1 }, projection },
    );
    if (!changed) return { seq: 0, time: 0 };
    const { seq, updated_seq, timestamp } = changed;
    if (seq === updated_seq) return { seq, time: timestamp.getTime() };
    // An older message changed last. Read after the number: a message that comes in between then makes the number clash.
    const newest = await this.#messages.findOne(
      { room_id: roomId, seq: { $gt: 0 } },
      { sort: { seq: -1 }, projection },
    );
    return { seq: updated_seq, time: newest?.timestamp.getTime() ?? 0 };
  }

  /** Takes in where an own write put the end. */
  learn(roomId: string, { seq, time }: Tail): void {
    this.#known.delete(roomId);
    this.#known.set(roomId, { seq, time, until: performance.now() + remembered });
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > largest && oldest !== undefined) this.#known.delete(oldest);
  }

  forget(roomId: string): void {
    this.#known.delete(roomId);
  }
}
