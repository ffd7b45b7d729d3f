import { idFromBson, idToBson } from '@earshot/shared';
import { type ClientSession, type Filter, type MongoClient, ObjectId } from 'mongodb';
import { membershipsPerStep } from '../../roomRemoval.ts';
import type { InactivityTimes, Store } from '../../store.ts';
import type { CallTracker } from '../callTracker.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { type LastOfRoom, lastOfEach } from '../log/headQueries.ts';

type IdleRooms = Pick<
  Store,
  'idleRooms' | 'inactiveRooms' | 'resetIdleTime' | 'endMemberships' | 'vacatedRooms' | 'removeRooms'
>;

type Candidate = Pick<RoomDocument, '_id' | 'idle_since' | 'active_at' | 'last_message_at'>;

const notVacated = { vacated_at: { $exists: false } };
const projection = { idle_since: 1, active_at: 1, last_message_at: 1 } as const;
const noVacancy = { vacated_at: 1, vacated_seq: 1 } as const;

/** Removes rooms that nobody uses: see `Store.idleRooms`. */
export function idleRooms(
  client: MongoClient,
  { rooms, cells, removedRooms, members, messages }: Collections,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): IdleRooms {
  const bson = (roomIds: readonly string[]) => roomIds.map((roomId) => idToBson(ObjectId, roomId));
  function inTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    return client.withSession((session) => session.withTransaction(work, { readConcern: { level: 'snapshot' } }));
  }

  async function idsOf(filter: Filter<RoomDocument>, order: 'idle_since' | 'active_at' | 'vacated_at', limit: number) {
    const found = rooms
      .find(filter)
      .sort({ [order]: 1 })
      .limit(limit);
    const documents = await found.project<Pick<RoomDocument, '_id'>>({ _id: 1 }).toArray();
    return documents.map(({ _id }) => idFromBson(_id));
  }

  /** Returns the last message of each room by `seq` or by change. The log decides: records of it in the room's document may be lost. */
  async function lastOf(roomIds: readonly string[], by: 'seq' | 'updated_seq'): Promise<Map<string, LastOfRoom>> {
    if (roomIds.length === 0) return new Map();
    const heads = await messages.aggregate<LastOfRoom>(lastOfEach(roomIds, by)).toArray();
    return new Map(heads.map((head) => [head._id, head]));
  }

  /** Marks rooms as active, and not as empty if they have messages. */
  async function keep(
    ids: readonly RoomDocument['_id'][],
    { now, hasMessages }: { now: Date; hasMessages: boolean },
  ): Promise<void> {
    if (ids.length === 0) return;
    const _id = { $in: [...ids] };
    if (hasMessages) await rooms.updateMany({ _id }, { $unset: { idle_since: 1, ...noVacancy } });
    else
      await rooms.updateMany({ _id, idle_since: { $exists: true } }, { $max: { idle_since: now }, $unset: noVacancy });
    await rooms.updateMany({ _id, active_at: { $exists: true } }, { $max: { active_at: now }, $unset: noVacancy });
  }

  /** Returns the heads of the rooms in which nothing happened, and records the later activity of the others. */
  async function unusedOf(
    roomIds: readonly string[],
    { idleBefore, inactiveBefore }: InactivityTimes,
  ): Promise<Map<string, number>> {
    const found = await rooms.find<Candidate>({ _id: { $in: bson(roomIds) }, ...notVacated }, { projection }).toArray();
    const ids = found.map(({ _id }) => idFromBson(_id));
    // The heads first: a message that arrives between the two reads is then newer than the head, or counts as activity.
    const heads = await lastOf(ids, 'updated_seq');
    const newest = await lastOf(ids, 'seq');
    const unused = new Map<string, number>();
    for (const { _id, idle_since, active_at, last_message_at } of found) {
      const roomId = idFromBson(_id);
      const headSeq = heads.get(roomId)?.updated_seq ?? 0;
      const newestAt = newest.get(roomId)?.timestamp;
      if (newestAt === undefined) {
        if (idle_since && idle_since < idleBefore) unused.set(roomId, headSeq);
        continue;
      }
      // The latest messages may have expired. There may be newer ones than the room's document says.
      const messageAt = last_message_at && last_message_at > newestAt ? last_message_at : newestAt;
      // The update after a room's first message may be lost.
      if (idle_since) await rooms.updateOne({ _id }, { $unset: { idle_since: 1 } });
      if (!active_at || !inactiveBefore) continue;
      if (messageAt > active_at) await rooms.updateOne({ _id }, { $max: { active_at: messageAt } });
      if (messageAt < inactiveBefore && active_at < inactiveBefore) unused.set(roomId, headSeq);
    }
    return unused;
  }

  /** Ends at most `membershipsPerStep` memberships. Returns whether none is left. */
  async function endSome(roomIds: readonly string[], session: ClientSession): Promise<boolean> {
    const found = members.find({ room_id: { $in: [...roomIds] } }, { session }).limit(membershipsPerStep);
    const ids = (await found.project<{ _id: ObjectId }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
    if (ids.length > 0) await members.deleteMany({ _id: { $in: ids } }, { session });
    return ids.length < membershipsPerStep;
  }

  async function endMemberships(roomIds: readonly string[], times: InactivityTimes): Promise<number> {
    const unused = await unusedOf(roomIds, times);
    if (unused.size === 0) return 0;
    return inTransaction(async (session) => {
      const filter = { _id: { $in: bson([...unused.keys()]) }, ...notVacated };
      const found = await rooms.find<Candidate>(filter, { session, projection }).toArray();
      // A room may have been joined, or received its first message, in the meantime.
      const isUnused = ({ idle_since, active_at }: Candidate) =>
        idle_since
          ? idle_since < times.idleBefore
          : active_at !== undefined && times.inactiveBefore !== null && active_at < times.inactiveBefore;
      const inactive = found.filter(isUnused);
      if (inactive.length === 0) return 0;
      // Writes the rooms first: a concurrent join conflicts.
      const vacated_at = new Date(clock());
      const marks = inactive.map(({ _id }) => ({
        updateOne: { filter: { _id }, update: { $set: { vacated_at, vacated_seq: unused.get(idFromBson(_id)) ?? 0 } } },
      }));
      await rooms.bulkWrite(marks, { session });
      const isDone = await endSome(
        inactive.map(({ _id }) => idFromBson(_id)),
        session,
      );
      if (isDone) return inactive.length;
      // There may be more members: the next call continues.
      await rooms.updateMany({ _id: { $in: inactive.map(({ _id }) => _id) } }, { $unset: noVacancy }, { session });
      return 0;
    });
  }

  /** In one transaction, because rooms, members and the room counts of cells must stay consistent. */
  const remove = (roomIds: readonly string[], before: Date) =>
    inTransaction(async (session) => {
      const filter = { _id: { $in: bson(roomIds) }, vacated_at: { $lt: before } };
      const found = await rooms.find(filter, { session, projection: { cell: 1 } }).toArray();
      if (found.length === 0) return [];
      const removedIds = found.map(({ _id }) => idFromBson(_id));
      await rooms.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } }, { session });
      await members.deleteMany({ room_id: { $in: removedIds } }, { session });
      const removed_at = new Date(clock());
      await removedRooms.bulkWrite(
        removedIds.map((_id) => {
          const update = { $setOnInsert: { removed_at, to_purge: true } } as const;
          return { updateOne: { filter: { _id }, update, upsert: true } };
        }),
        { session },
      );
      const byCell = Map.groupBy(found, ({ cell }) => cell);
      const updates = [...byCell].flatMap(([cell, { length }]) =>
        cell === undefined ? [] : { updateOne: { filter: { _id: cell }, update: { $inc: { rooms: -length } } } },
      );
      if (updates.length > 0) await cells.bulkWrite(updates, { session });
      const emptied = updates.map(({ updateOne }) => updateOne.filter._id);
      await cells.deleteMany({ _id: { $in: emptied }, rooms: { $lte: 0 } }, { session });
      return removedIds;
    });

  async function removeRooms(roomIds: readonly string[], before: Date): Promise<string[]> {
    const filter = { _id: { $in: bson(roomIds) }, vacated_at: { $lt: before } };
    const found = await rooms.find(filter, { projection: { vacated_seq: 1 } }).toArray();
    const heads = await lastOf(
      found.map(({ _id }) => idFromBson(_id)),
      'updated_seq',
    );
    const hasChanged = ({ _id, vacated_seq = 0 }: Pick<RoomDocument, '_id' | 'vacated_seq'>) =>
      (heads.get(idFromBson(_id))?.updated_seq ?? 0) !== vacated_seq;
    const { changed = [], unchanged = [] } = Object.groupBy(found, (one) =>
      hasChanged(one) ? 'changed' : 'unchanged',
    );
    await keep(
      changed.map(({ _id }) => _id),
      { now: new Date(clock()), hasMessages: true },
    );
    if (unchanged.length === 0) return [];
    return remove(
      unchanged.map(({ _id }) => idFromBson(_id)),
      before,
    );
  }

  return {
    idleRooms: (before, limit) =>
      calls.run(() => idsOf({ idle_since: { $lt: before }, ...notVacated }, 'idle_since', limit)),
    inactiveRooms: (before, limit) =>
      calls.run(() => idsOf({ active_at: { $lt: before }, ...notVacated }, 'active_at', limit)),
    resetIdleTime: (roomIds) => calls.run(() => keep(bson(roomIds), { now: new Date(clock()), hasMessages: false })),
    endMemberships: (roomIds, times) => calls.run(() => endMemberships(roomIds, times)),
    vacatedRooms: (before, limit) => calls.run(() => idsOf({ vacated_at: { $lt: before } }, 'vacated_at', limit)),
    removeRooms: (roomIds, before) => calls.run(() => removeRooms(roomIds, before)),
  };
}
