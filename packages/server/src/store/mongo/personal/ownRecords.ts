import { idFromBson, idToBson } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import { cellOf } from '../../../cells.ts';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { type PersonalData, type PersonalStores, pageOfRecords } from '../../personalData.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { fromPoint, isPoint, toRoom } from '../documents.ts';

const toId = { projection: { _id: 1 } } as const;

/** The memberships of a user, by room. */
export const ownMemberships = ({ members }: Pick<Collections, 'members'>): PersonalStores['memberships'] => ({
  exportOf: async (userId, { after, limit }) => {
    const found = members.find({ user_id: userId, ...(after !== null && { room_id: { $gt: after } }) });
    const rows = await found
      .sort({ room_id: 1 })
      .limit(limit + 1)
      .toArray();
    return pageOfRecords(rows, limit, {
      keyOf: (row) => row.room_id,
      toRecord: ({ room_id: roomId, username, joined_at: joinedAt }) => ({ roomId, username, joinedAt }),
    });
  },

  erase: async (userId) => {
    const found = await members.find({ user_id: userId }, toId).limit(erasedPerStep).toArray();
    if (found.length > 0) await members.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
    return found.length === erasedPerStep;
  },
});

/** The rooms that a user made, by id: texts before ObjectIds, as MongoDB sorts them. */
export const ownRooms = ({ rooms }: Pick<Collections, 'rooms'>): PersonalStores['rooms'] => ({
  exportOf: async (userId, { after, limit }) => {
    const found = await rooms
      .find({ created_by: userId, ...(after !== null && laterThan(after)) })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .toArray();
    return pageOfRecords(found, limit, {
      keyOf: ({ _id }) => idFromBson(_id),
      toRecord: toRoom,
    });
  },

  erase: async (userId) => {
    const found = await rooms.find({ created_by: userId }, toId).limit(erasedPerStep).toArray();
    if (found.length > 0)
      await rooms.updateMany({ _id: { $in: found.map(({ _id }) => _id) } }, { $unset: { created_by: true } });
    return found.length === erasedPerStep;
  },
});

function laterThan(roomId: string): Filter<RoomDocument> {
  const _id = idToBson(ObjectId, roomId);
  return typeof _id === 'string'
    ? { $or: [{ _id: { $gt: _id } }, { _id: { $type: 'objectId' } }] }
    : { _id: { $gt: _id } };
}

/** The name and the location of a user. */
export const ownProfile = ({ users }: Pick<Collections, 'users'>): PersonalData => ({
  exportOf: async (userId) => {
    const user = await users.findOne({ _id: userId });
    if (!user) return { records: [], next: null };
    const { username, current_location: point, last_location_update: at } = user;
    const location = isPoint(point) && at ? { cell: cellOf(fromPoint(point)), at } : {};
    return { records: [{ username, ...location }], next: null };
  },

  erase: async (userId) => {
    await users.deleteOne({ _id: userId });
    return false;
  },
});
