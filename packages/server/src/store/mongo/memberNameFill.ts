import { setTimeout as delay } from 'node:timers/promises';
import { idFromBson, idToBson } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { inBatches } from '../../async/batches.ts';
import type { Logger } from '../../observe/logger.ts';
import type { BackgroundIndexes } from './backgroundIndexes.ts';
import type { Collections } from './collections.ts';
import { memberNameIndexes, nameFields } from './memberFields.ts';
import { storeError } from './storeError.ts';

/** Members in one write. */
const batchSize = 500;
const lastWriteTimeout = 1_000;

/**
 * Gives the members of earlier versions the fields by which they are found. It happens in the background, in small writes: until it is done
 * these members are not found by name. A failed run continues at the next start.
 */
export class MemberNameFill {
  readonly #all: Pick<Collections, 'members' | 'rooms'>;
  readonly #indexes: BackgroundIndexes;
  readonly #filled: Promise<void>;
  #closed = false;

  constructor(
    all: Pick<Collections, 'members' | 'rooms'>,
    { indexes, log }: { indexes: BackgroundIndexes; log: Logger },
  ) {
    this.#all = all;
    this.#indexes = indexes;
    this.#filled = this.#fill().then(
      (filled) => {
        if (filled > 0) log.info({ members: filled }, 'names of members of an earlier version indexed');
      },
      (err: unknown) => {
        if (!this.#closed)
          log.warn({ err: storeError(err) }, 'names of members not indexed (the next start continues)');
      },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([this.#filled, delay(lastWriteTimeout, undefined, { ref: false })]);
  }

  async #fill(): Promise<number> {
    await this.#indexes.ready();
    const { members, rooms } = this.#all;
    let filled = 0;
    // A missing field is null in an index.
    const missing = members
      .find({ name_key: null, username: { $type: 'string' } }, { projection: { room_id: 1, username: 1 } })
      .hint(memberNameIndexes.server);
    for await (const batch of inBatches(missing, batchSize)) {
      if (this.#closed) break;
      const ids = Array.from(new Set(batch.map(({ room_id }) => room_id)), (roomId) => idToBson(ObjectId, roomId));
      const found = await rooms.find({ _id: { $in: ids } }, { projection: { cell: 1 } }).toArray();
      const cells = new Map(found.map(({ _id, cell }) => [idFromBson(_id), cell]));
      const updates = batch.map(({ _id, room_id, username }) => ({
        updateOne: { filter: { _id, username }, update: { $set: nameFields(username, cells.get(room_id) ?? null) } },
      }));
      filled += (await members.bulkWrite(updates, { ordered: false })).modifiedCount;
    }
    return filled;
  }
}
