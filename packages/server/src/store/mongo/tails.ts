import type { Collection } from 'mongodb';
import type { MessageDocument } from './collections.ts';

/** Milliseconds for which a tail is remembered. See `takenSeqsKept` in change.ts before making it longer. */
const remembered = 1_000;
const largest = 10_000;

/**
 * The number of each room's latest change, as far as it can no longer be rolled back: from a read with read concern
 * majority, or from an own write that a majority acknowledged. Numbering after a tail that vanished in an election would
 * leave a hole. A tail may be out of date, since others write too; then the next number clashes.
 */
export class Tails {
  readonly #messages: Collection<MessageDocument>;
  /** Least recently learnt first. */
  readonly #known = new Map<string, { seq: number; until: number }>();

  constructor(messages: Collection<MessageDocument>) {
    this.#messages = messages;
  }

  async get(roomId: string): Promise<number> {
    const known = this.#known.get(roomId);
    if (known && known.until > performance.now()) return known.seq;
    const last = await this.#messages.findOne(
      { room_id: roomId, updated_seq: { $gt: 0 } },
      { sort: { updated_seq: -1 }, projection: { _id: 0, updated_seq: 1 } },
    );
    return last?.updated_seq ?? 0;
  }

  /** Takes in the number of an own write. */
  learn(roomId: string, seq: number): void {
    this.#known.delete(roomId);
    this.#known.set(roomId, { seq, until: performance.now() + remembered });
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > largest && oldest !== undefined) this.#known.delete(oldest);
  }

  forget(roomId: string): void {
    this.#known.delete(roomId);
  }
}
