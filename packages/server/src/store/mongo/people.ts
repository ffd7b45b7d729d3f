import { EarshotError, idToBson } from '@earshot/shared';
import { ObjectId, type UpdateResult } from 'mongodb';
import type { Store } from '../store.ts';
import { type Calls, untilDone } from './calls.ts';
import type { Collections } from './collections.ts';
import { fromPoint, toPoint } from './documents.ts';
import { isDuplicate } from './storeError.ts';

/** Who is a member of which room, and where users were last. */
export function people(
  { rooms, members, users }: Collections,
  { calls, clock }: { calls: Calls; clock: () => number },
): Pick<Store, 'addMember' | 'removeMember' | 'isMember' | 'saveLocation' | 'location' | 'forgetLocations'> {
  return {
    addMember: (roomId, { userId, username }) =>
      calls.run(async () => {
        const room = await rooms.findOne({ _id: idToBson(ObjectId, roomId) }, { projection: { _id: 1 } });
        if (!room) throw new EarshotError('ROOM_NOT_FOUND');
        const { upsertedCount } = await upsert(() =>
          members.updateOne(
            { room_id: roomId, user_id: userId },
            { $set: { username }, $setOnInsert: { joined_at: new Date(clock()) } },
            { upsert: true },
          ),
        );
        return upsertedCount === 1;
      }),

    removeMember: (roomId, userId) =>
      calls.run(async () => (await members.deleteOne({ room_id: roomId, user_id: userId })).deletedCount === 1),

    isMember: (roomId, userId) =>
      calls.run(async () => {
        const member = await members.findOne({ room_id: roomId, user_id: userId }, { projection: { _id: 1 } });
        return member !== null;
      }),

    saveLocation: ({ userId, username }, location, at) =>
      calls.run(async () => {
        const set = { username, current_location: toPoint(location), last_location_update: at };
        await upsert(() => users.updateOne({ _id: userId }, { $set: set }, { upsert: true }));
      }),

    location: (userId) =>
      calls.run(async () => {
        const user = await users.findOne({ _id: userId });
        if (!user?.current_location || !user.last_location_update) return null;
        return { location: fromPoint(user.current_location), at: user.last_location_update };
      }),

    forgetLocations: (at) =>
      calls.run(async () => {
        const { modifiedCount } = await users.updateMany(
          { last_location_update: { $lt: at } },
          { $unset: { current_location: true, last_location_update: true } },
        );
        return modifiedCount;
      }),
  };
}

/** Two upserts at once may both decide to insert; the slower one is refused and, tried again, updates. */
function upsert(write: () => Promise<UpdateResult>): Promise<UpdateResult> {
  return untilDone(async () => {
    try {
      return await write();
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  });
}
