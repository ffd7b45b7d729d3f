import { idFromBson, idToBson } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import { type ExpiringRoom, type ExpiryStep, type ExpiryStore, expiredPerStep } from '../expiry.ts';
import type { CallTracker } from './callTracker.ts';
import type { Collections, MessageDocument, RoomDocument } from './collections.ts';
import { noRecord } from './documents.ts';
import { type ChangeFields, changeFields, type LastOfRoom, lastOfEach, toPosition } from './log/headQueries.ts';
import { isDuplicate } from './storeError.ts';

type Expired = ChangeFields & Pick<MessageDocument, '_id' | 'room_id' | 'deleted'>;

const expiredFields = { ...changeFields, _id: 1, room_id: 1, deleted: 1 } as const;
const leastObjectId = new ObjectId('0'.repeat(24));

/** The deletion of expired messages. */
export function expiry(
  { messages, reactions, rooms, sweeps }: Pick<Collections, 'messages' | 'reactions' | 'rooms' | 'sweeps'>,
  calls: CallTracker,
): ExpiryStore {
  /** Returns expired messages of the rooms, at most `limit`, by room. */
  async function findExpired(of: readonly ExpiringRoom[], limit: number): Promise<Expired[]> {
    const byTime = Map.groupBy(of, ({ before }) => before.getTime());
    const $or: Filter<MessageDocument>[] = Array.from(byTime, ([time, group]) => ({
      room_id: { $in: group.map(({ roomId }) => roomId) },
      timestamp: { $lt: new Date(time) },
    }));
    if ($or.length === 0) return [];
    return messages
      .find({ $or, seq: { $gt: 0 }, ...noRecord })
      .limit(limit)
      .project<Expired>(expiredFields)
      .toArray();
  }

  async function headsOf(expired: readonly Expired[]): Promise<Map<string, number>> {
    const roomIds = [...new Set(expired.map(({ room_id }) => room_id))];
    const heads = await messages.aggregate<LastOfRoom>(lastOfEach(roomIds, 'updated_seq')).toArray();
    return new Map(heads.map(({ _id, updated_seq }) => [_id, updated_seq]));
  }

  /** Deletes the messages, unless they changed since they were read. Their reactions first, because they are found by them. */
  async function drop(expired: readonly Expired[]): Promise<Pick<ExpiryStep, 'deleted' | 'hasMore'>> {
    if (expired.length === 0) return { deleted: 0, hasMore: false };
    const message_id = { $in: expired.map(({ _id }) => _id) };
    const found = reactions.find({ message_id }, { projection: { _id: 1 } }).limit(expiredPerStep);
    const rows = await found.toArray();
    if (rows.length > 0) await reactions.deleteMany({ _id: { $in: rows.map(({ _id }) => _id) } });
    if (rows.length === expiredPerStep) return { deleted: 0, hasMore: true };
    const deletions = expired.map(({ _id, room_id, updated_seq }) => ({
      deleteOne: { filter: { _id, room_id, updated_seq } },
    }));
    const { deletedCount } = await messages.bulkWrite(deletions, { ordered: false });
    return { deleted: deletedCount, hasMore: false };
  }

  async function deleteExpired(of: readonly ExpiringRoom[], settledBefore: Date): Promise<ExpiryStep> {
    // Of each room, one message may be the head.
    const limit = expiredPerStep + of.length;
    const expired = await findExpired(of, limit);
    if (expired.length === 0) return { deleted: 0, hasMore: false, heads: [] };
    // Read after the messages: one of them that is the head now was so when it was read, or has changed since and is not deleted.
    const headSeqs = await headsOf(expired);
    const isHead = ({ room_id, updated_seq }: Expired) => updated_seq >= (headSeqs.get(room_id) ?? 0);
    const isSettled = (one: Expired) => toPosition(one).time < settledBefore.getTime();
    const heads = expired.filter((one) => isHead(one) && isSettled(one) && !one.deleted);
    const dropped = await drop(expired.filter((one) => !isHead(one) && isSettled(one)).slice(0, expiredPerStep));
    return {
      deleted: dropped.deleted,
      hasMore: dropped.hasMore || (dropped.deleted > 0 && expired.length === limit),
      heads: heads.map(({ room_id: roomId, _id }) => ({ roomId, messageId: idFromBson(_id) })),
    };
  }

  return {
    roomsAfter: (roomId, limit) =>
      calls.run(async () => {
        const found = rooms.find(roomId === null ? {} : laterThan(roomId), { projection: { _id: 1 } });
        const documents = await found.sort({ _id: 1 }).limit(limit).toArray();
        return documents.map(({ _id }) => idFromBson(_id));
      }),

    deleteExpired: (of, settledBefore) => calls.run(() => deleteExpired(of, settledBefore)),

    take: (name, now, until) =>
      calls.run(async () => {
        const due = { _id: name, due_at: { $lte: now } };
        const update = { $set: { due_at: until }, $setOnInsert: { after_room: null } };
        try {
          const taken = await sweeps.findOneAndUpdate(due, update, { upsert: true, returnDocument: 'after' });
          return taken && { after: taken.after_room };
        } catch (error) {
          // It is there, and not due.
          if (isDuplicate(error)) return null;
          throw error;
        }
      }),

    save: (name, { after, dueAt }) =>
      calls.run(async () => {
        const $set = { after_room: after, due_at: dueAt };
        await sweeps.updateOne({ _id: name }, { $set }, { upsert: true });
      }),
  };
}

/** Ids are text first, then ObjectIds. `$gt` compares only ids of one type. */
function laterThan(roomId: string): Filter<RoomDocument> {
  const _id = idToBson(ObjectId, roomId);
  return _id instanceof ObjectId
    ? { _id: { $gt: _id } }
    : { $or: [{ _id: { $gt: _id } }, { _id: { $gte: leastObjectId } }] };
}
