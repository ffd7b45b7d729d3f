import { setTimeout as delay } from 'node:timers/promises';
import { idToBson } from '@earshot/shared';
import { type Collection, ObjectId } from 'mongodb';
import type { Logger } from '../../observe/logger.ts';
import { inTime } from '../inTime.ts';
import type { RoomDocument } from './collections.ts';
import { noteUse } from './idleRooms.ts';

/**
 * Milliseconds between two writes, and rooms in one: to the database an update costs as much as a message does. Where
 * more rooms than that are busy, each has its turn later.
 */
const pauseMs = 500;
const largest = 500;

/**
 * Keeps `last_message_at` of rooms up behind the appends, one write now and then for all rooms: a copy of what
 * the messages say, so nobody waits for it and a lost one is made good by the room's next message.
 */
export class LastMessageTimes {
  readonly #rooms: Collection<RoomDocument>;
  readonly #log: Logger;
  /** Longest waiting first. */
  readonly #times = new Map<string, Date>();
  #writing: Promise<void> | undefined;
  readonly #hurry = new AbortController();

  constructor(rooms: Collection<RoomDocument>, log: Logger) {
    this.#rooms = rooms;
    this.#log = log;
  }

  note(roomId: string, at: Date): void {
    this.#times.set(roomId, at);
    this.#writing ??= this.#write();
  }

  /** Writes what was noted, without a pause from now on. */
  async settle(): Promise<void> {
    this.#hurry.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#times.size > 0) {
      const times = [...this.#times].slice(0, largest);
      for (const [roomId] of times) this.#times.delete(roomId);
      const updates = times.map(([roomId, at]) => ({
        updateOne: {
          filter: { _id: idToBson(ObjectId, roomId) },
          update: { $max: { last_message_at: at }, ...noteUse },
        },
      }));
      try {
        await inTime(this.#rooms.bulkWrite(updates, { ordered: false, writeConcern: { w: 1 } }));
      } catch (err) {
        this.#log.warn({ err, rooms: times.length }, 'time of last message not kept');
      }
      await delay(pauseMs, undefined, { ref: false, signal: this.#hurry.signal }).catch(() => {}); // cut short
    }
    this.#writing = undefined;
  }
}
