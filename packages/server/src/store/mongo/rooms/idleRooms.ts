import { idFromBson, idToBson } from '@earshot/shared';
import { type ClientSession, type MongoClient, ObjectId } from 'mongodb';
import type { Collections, RoomDocument } from '../collections.ts';

/** Milliseconds between two records of a join to a room without messages. */
const joinsNotedMs = 60 * 60 * 1_000;

/** The update for a room that has a message: it is never removed after that. */
export const markRoomUsed = { $unset: { idle_since: 1, vacated_at: 1 } } as const;

/**
 * Records a join, if the room has no messages. Resolves to false if the room does not exist, permanently: a room is only deleted if no user
 * joined it in the meantime, and one document decides the order of the two.
 */
export async function noteJoin({ rooms }: Pick<Collections, 'rooms'>, roomId: string, now: Date): Promise<boolean> {
  const _id = idToBson(ObjectId, roomId);
  for (;;) {
    const room = await rooms.findOne({ _id }, { projection: { idle_since: 1, vacated_at: 1 } });
    if (!room) return false;
    const { idle_since, vacated_at } = room;
    const isNoted = idle_since === undefined || now.getTime() - idle_since.getTime() < joinsNotedMs;
    if (isNoted && vacated_at === undefined) return true;
    const update = { $max: { idle_since: now }, $unset: { vacated_at: 1 } } as const;
    const { matchedCount } = await rooms.updateOne({ _id, idle_since: { $exists: true } }, update);
    if (matchedCount === 1) return true;
    // The room received a message in the meantime, or was removed.
  }
}

/** Removes rooms that never had a message: see `Store.idleRooms`. */
export function idleRooms(client: MongoClient, { rooms, cells, members, messages }: Collections) {
  const bson = (roomIds: readonly string[]) => roomIds.map((roomId) => idToBson(ObjectId, roomId));

  function inTransaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    return client.withSession((session) => session.withTransaction(work, { readConcern: { level: 'snapshot' } }));
  }

  /** Returns the rooms without messages. The others are marked as used, because the update after a room's first message may be lost. */
  async function withoutMessages(ids: RoomDocument['_id'][]): Promise<RoomDocument['_id'][]> {
    if (ids.length === 0) return [];
    const written = new Set(await messages.distinct('room_id', { room_id: { $in: ids.map(idFromBson) } }));
    const used = ids.filter((id) => written.has(idFromBson(id)));
    if (used.length > 0) await rooms.updateMany({ _id: { $in: used } }, markRoomUsed);
    return ids.filter((id) => !written.has(idFromBson(id)));
  }

  /** In its own transaction, because rooms, members and the room counts of cells must stay consistent. */
  const removeEmpty = (ids: RoomDocument['_id'][], before: Date) =>
    inTransaction(async (session) => {
      const filter = { _id: { $in: ids }, vacated_at: { $lt: before } };
      const found = await rooms.find(filter, { session, projection: { cell: 1 } }).toArray();
      if (found.length === 0) return 0;
      const gone = found.map(({ _id }) => _id);
      await rooms.deleteMany({ _id: { $in: gone } }, { session });
      await members.deleteMany({ room_id: { $in: gone.map(idFromBson) } }, { session });
      const byCell = Map.groupBy(found, ({ cell }) => cell);
      const updates = [...byCell].flatMap(([cell, { length }]) =>
        cell === undefined ? [] : { updateOne: { filter: { _id: cell }, update: { $inc: { rooms: -length } } } },
      );
      if (updates.length > 0) await cells.bulkWrite(updates, { session });
      const emptied = updates.map(({ updateOne }) => updateOne.filter._id);
      await cells.deleteMany({ _id: { $in: emptied }, rooms: { $lte: 0 } }, { session });
      return found.length;
    });

  return {
    async idle(before: Date, limit: number): Promise<string[]> {
      const found = rooms.find({ idle_since: { $lt: before }, vacated_at: { $exists: false } });
      const ids = await found
        .sort({ idle_since: 1 })
        .limit(limit)
        .project<Pick<RoomDocument, '_id'>>({ _id: 1 })
        .toArray();
      return ids.map(({ _id }) => idFromBson(_id));
    },

    async keep(roomIds: readonly string[], now: Date): Promise<void> {
      await rooms.updateMany(
        { _id: { $in: bson(roomIds) }, idle_since: { $exists: true } },
        { $max: { idle_since: now } },
      );
    },

    async vacate(roomIds: readonly string[], { before, now }: { before: Date; now: Date }): Promise<number> {
      const empty = await withoutMessages(bson(roomIds));
      return inTransaction(async (session) => {
        const filter = { _id: { $in: empty }, idle_since: { $lt: before }, vacated_at: { $exists: false } };
        const found = await rooms.find(filter, { session, projection: { _id: 1 } }).toArray();
        const ids = found.map(({ _id }) => _id);
        await rooms.updateMany({ _id: { $in: ids } }, { $set: { vacated_at: now } }, { session });
        await members.deleteMany({ room_id: { $in: ids.map(idFromBson) } }, { session });
        return ids.length;
      });
    },

    async remove(before: Date, limit: number): Promise<number> {
      const found = rooms
        .find({ vacated_at: { $lt: before } })
        .sort({ vacated_at: 1 })
        .limit(limit);
      const ids = (await found.project<Pick<RoomDocument, '_id'>>({ _id: 1 }).toArray()).map(({ _id }) => _id);
      const empty = await withoutMessages(ids);
      return empty.length > 0 ? removeEmpty(empty, before) : 0;
    },
  };
}
