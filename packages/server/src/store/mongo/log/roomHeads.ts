import type { Position } from '@earshot/shared';
import type { Collection } from 'mongodb';
import { type CommitEntry, GroupCommit } from '../../../async/groupCommit.ts';
import { withCallTimeout } from '../../callTimeout.ts';
import type { MessageDocument } from '../collections.ts';
import { type LastOfRoom, lastOfEach, toPosition } from './headQueries.ts';

/** Milliseconds for which a head is cached. See `takenSeqsMax` in saveChange.ts before increasing it. */
const ttlMs = 1_000;
const headsMax = 10_000;

/** The position of the room's latest change. */
export interface RoomHead extends Position {
  /** The timestamp of its newest message, in milliseconds; 0 in an empty room. */
  newestAt: number;
}

/**
 * Caches the head of each room's log, as far as it can no longer be rolled back: from a read with read concern majority, or from an own
 * write that a majority acknowledged. Numbering after a head that was rolled back by an election would leave a gap. A head may be out of
 * date, because other instances write too; the next number then conflicts.
 */
export class RoomHeads {
  readonly #messages: Collection<MessageDocument>;
  /** Heads requested while others are being read are read together. */
  readonly #reads = new GroupCommit<string, RoomHead>({
    write: (batch) => withCallTimeout(this.#readTogether(batch)),
    concurrency: 2,
  });
  /** Least recently updated first. */
  readonly #heads = new Map<string, RoomHead & { expiresAt: number }>();

  constructor(messages: Collection<MessageDocument>) {
    this.#messages = messages;
  }

  /** The head, if it is known. `hint`: one that the caller found, at most a few seconds old. */
  known(roomId: string, hint?: RoomHead): RoomHead | undefined {
    const known = this.#heads.get(roomId);
    if (known === undefined || known.expiresAt <= performance.now()) return hint;
    return hint && hint.seq > known.seq ? hint : known;
  }

  /** Reads the head from the store. */
  read(roomId: string): Promise<RoomHead> {
    return this.#reads.add(roomId);
  }

  async get(roomId: string): Promise<RoomHead> {
    return this.known(roomId) ?? this.read(roomId);
  }

  async #readTogether(batch: readonly CommitEntry<string, RoomHead>[]): Promise<void> {
    const latest = await this.#lastOfEach(
      batch.map(({ item }) => item),
      'updated_seq',
    );
    // For rooms where an older message changed last. Read after the number: a message inserted between the two reads makes the number
    // conflict.
    const changed = Array.from(latest.values()).filter(({ seq, updated_seq }) => seq !== updated_seq);
    const newest = await this.#lastOfEach(
      changed.map(({ _id }) => _id),
      'seq',
    );
    for (const { item, resolve } of batch) {
      const change = latest.get(item);
      const { timestamp } = newest.get(item) ?? change ?? {};
      resolve({ ...toPosition(change), newestAt: timestamp?.getTime() ?? 0 });
    }
  }

  async #lastOfEach(roomIds: readonly string[], by: 'seq' | 'updated_seq'): Promise<Map<string, LastOfRoom>> {
    if (roomIds.length === 0) return new Map();
    const found = await this.#messages.aggregate<LastOfRoom>(lastOfEach(roomIds, by)).toArray();
    return new Map(found.map((last) => [last._id, last]));
  }

  /** Records the head after an own write. */
  record(roomId: string, { seq, time, newestAt }: RoomHead): void {
    this.#heads.delete(roomId);
    this.#heads.set(roomId, { seq, time, newestAt, expiresAt: performance.now() + ttlMs });
    if (this.#heads.size > headsMax) this.#forgetOldest();
  }

  /** Removes several at a time: finding the first key of a map takes a step for each key deleted before it. */
  #forgetOldest(): void {
    let excess = this.#heads.size - headsMax * 0.9;
    for (const roomId of this.#heads.keys()) {
      if (excess-- <= 0) return;
      this.#heads.delete(roomId);
    }
  }

  /**
   * Compares the cached head with the store's `head`, read at `askedAt`. A head that was cached before and is ahead, or has another time,
   * belongs to a history that was replaced, for example by restoring a backup.
   */
  compare(roomId: string, { head, askedAt }: { head: Position; askedAt: number }): void {
    const known = this.#heads.get(roomId);
    if (!known || known.expiresAt - ttlMs > askedAt) return;
    if (known.seq > head.seq || (known.seq === head.seq && known.time !== head.time)) this.forget(roomId);
  }

  forget(roomId: string): void {
    this.#heads.delete(roomId);
  }
}
