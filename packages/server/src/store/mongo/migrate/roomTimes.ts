import { idToBson } from '@earshot/shared';
import { type AnyBulkWriteOperation, ObjectId } from 'mongodb';
import { retryOnConflict } from '../callTracker.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { isDuplicate } from '../storeError.ts';
import { findNamesakes, type Namesakes } from './namesakes.ts';
import type { NumberlessMessage } from './readMessage.ts';
import { type DescribeRoom, missingRoom } from './repairRoom.ts';

/** Milliseconds since 1970 of a room's first and last message. */
interface Times {
  first: number;
  last: number;
}

/** Number of rooms in one write. */
const batchSize = 1_000;

/**
 * Creates the rooms of messages, and updates their times, before the messages get their numbers. Each room is written once, because the
 * times that were written are kept in memory. With more rooms than `roomsMax` (about 60 MB), some are written repeatedly.
 */
export class RoomTimes {
  readonly #rooms: Collections['rooms'];
  readonly #describe: DescribeRoom;
  readonly #namesakes: Namesakes;
  readonly #roomsMax: number;
  readonly #times = new Map<string, Times>();
  readonly #unwritten = new Set<string>();
  #created = 0;

  private constructor(rooms: Collections['rooms'], describe: DescribeRoom, namesakes: Namesakes, roomsMax: number) {
    this.#rooms = rooms;
    this.#describe = describe;
    this.#namesakes = namesakes;
    this.#roomsMax = roomsMax;
  }

  static async open({ rooms }: Pick<Collections, 'rooms'>, describe: DescribeRoom, roomsMax = 500_000) {
    return new RoomTimes(rooms, describe, await findNamesakes(rooms, describe), roomsMax);
  }

  /** Number of rooms created for messages whose room was missing. */
  get created(): number {
    return this.#created;
  }

  async add(messages: Iterable<Pick<NumberlessMessage, 'room_id' | 'timestamp'>>): Promise<void> {
    for (const { room_id, timestamp } of messages) this.#add(room_id, timestamp.getTime());
    if (this.#times.size <= this.#roomsMax) return;
    await this.write();
    this.#times.clear();
  }

  #add(roomId: string, time: number): void {
    const known = this.#times.get(roomId);
    if (known && time >= known.first && time <= known.last) return;
    this.#times.set(roomId, {
      first: Math.min(time, known?.first ?? time),
      last: Math.max(time, known?.last ?? time),
    });
    this.#unwritten.add(roomId);
  }

  /** Resolves when the rooms of all added messages are stored. */
  async write(): Promise<void> {
    const roomIds = [...this.#unwritten];
    for (let start = 0; start < roomIds.length; start += batchSize) {
      const updates = roomIds.slice(start, start + batchSize).flatMap((roomId) => this.#updateOf(roomId));
      await retryOnConflict(() => this.#writeBatch(updates));
    }
    this.#unwritten.clear();
  }

  /** Two concurrent migrations may both decide to create a room; the slower one is rejected, and updates it when retried. */
  async #writeBatch(updates: AnyBulkWriteOperation<RoomDocument>[]): Promise<true | null> {
    try {
      const { upsertedCount } = await this.#rooms.bulkWrite(updates, { ordered: false });
      this.#created += upsertedCount;
      return true;
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  }

  /** A room is at least as old as its first message. */
  #updateOf(roomId: string): AnyBulkWriteOperation<RoomDocument>[] {
    const times = this.#times.get(roomId);
    if (!times) return [];
    const { name, created_at } = this.#namesakes.get(roomId) ?? {};
    const update = {
      $min: { created_at: new Date(Math.min(times.first, created_at?.getTime() ?? times.first)) },
      $max: { last_message_at: new Date(times.last) },
      $setOnInsert: { ...missingRoom(roomId, this.#describe), ...(name !== undefined && { name }) },
    };
    return [{ updateOne: { filter: { _id: idToBson(ObjectId, roomId) }, update, upsert: true } }];
  }
}
