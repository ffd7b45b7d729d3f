import type { ClientSession, Collection } from 'mongodb';
import type { MessageDocument } from '../collections.ts';
import { type LastOfRoom, lastOfEach } from '../log/headQueries.ts';
import type { NumberlessMessage } from './readMessage.ts';

interface Numbering {
  messages: Collection<MessageDocument>;
  /** The latest change of each room. */
  last: readonly LastOfRoom[];
  session: ClientSession;
}

/**
 * Counts messages that are numbered after newer ones. It remembers the newest message of the rooms in which there are such: from the first
 * of them on, the last number belongs to an old message.
 */
export class NewestTimes {
  readonly #times = new Map<string, Date>();

  /** Counts the messages that are older than the newest message already in their room. */
  async countOlder(
    batch: readonly { message: Pick<NumberlessMessage, 'room_id' | 'timestamp'> }[],
    { messages, last, session }: Numbering,
  ): Promise<number> {
    const found = new Map(last.map(({ _id, timestamp }) => [_id, timestamp]));
    // Where the latest change concerns an older message, the newest is read. In this form MongoDB reads one message per room: see `lastOfEach`.
    const changed = last.filter(({ seq, updated_seq }) => seq < updated_seq).map(({ _id }) => _id);
    if (changed.length > 0) {
      const cursor = messages.aggregate<LastOfRoom>(lastOfEach(changed, 'seq'), { session });
      for await (const { _id, timestamp } of cursor) found.set(_id, timestamp);
    }
    let count = 0;
    for (const { message } of batch) {
      const newest = later(found.get(message.room_id), this.#times.get(message.room_id));
      if (newest === undefined || message.timestamp >= newest) continue;
      this.#times.set(message.room_id, newest);
      count += 1;
    }
    return count;
  }
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b && b > a ? b : (a ?? b));
