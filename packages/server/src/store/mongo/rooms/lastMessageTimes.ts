import { setTimeout as delay } from 'node:timers/promises';
import { idToBson } from '@earshot/shared';
import { type Collection, ObjectId } from 'mongodb';
import type { Logger } from '../../../observe/logger.ts';
import { withCallTimeout } from '../../callTimeout.ts';
import type { RoomDocument } from '../collections.ts';

/**
 * Milliseconds between two writes, and the maximum number of rooms in one: an update costs the database as much as a message. If more rooms
 * are busy, each is updated later.
 */
const pauseMs = 500;
const largest = 500;

/**
 * Updates `last_message_at` of rooms behind the appends, with one periodic write for all rooms. The value is derived from the messages, so
 * no call waits for it, and the room's next message makes up for a lost update.
 */
export class LastMessageTimes {
  readonly #rooms: Collection<RoomDocument>;
  readonly #log: Logger;
  /** In order of insertion, oldest first. */
  readonly #times = new Map<string, Date>();
  #writing: Promise<void> | undefined;
  readonly #flushNow = new AbortController();

  constructor(rooms: Collection<RoomDocument>, log: Logger) {
    this.#rooms = rooms;
    this.#log = log;
  }

  note(roomId: string, at: Date): void {
    this.#times.set(roomId, at);
    this.#writing ??= this.#write();
  }

  /** Writes the pending times, without pauses from now on. */
  async flush(): Promise<void> {
    this.#flushNow.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#times.size > 0) {
      const times = this.#takeOldest();
      const updates = times.map(([roomId, at]) => ({
        updateOne: {
          filter: { _id: idToBson(ObjectId, roomId) },
          update: { $max: { last_message_at: at }, $unset: { idle_since: true } } as const,
        },
      }));
      try {
        await withCallTimeout(this.#rooms.bulkWrite(updates, { ordered: false, writeConcern: { w: 1 } }));
      } catch (err) {
        this.#log.warn(
          { err, rooms: times.length },
          'times of last messages not stored: write failed (the next message of each room stores its time)',
        );
      }
      await delay(pauseMs, undefined, { ref: false, signal: this.#flushNow.signal }).catch(() => {}); // ends early on abort
    }
    this.#writing = undefined;
  }

  /** Takes the times of one write. It does not copy the map, because many more rooms than that may be waiting. */
  #takeOldest(): [string, Date][] {
    const times: [string, Date][] = [];
    for (const time of this.#times) {
      if (times.length === largest) break;
      times.push(time);
    }
    for (const [roomId] of times) this.#times.delete(roomId);
    return times;
  }
}
