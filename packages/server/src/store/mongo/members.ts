import { EarshotError } from '@earshot/shared';
import type { Collection } from 'mongodb';
import { gatherWhileBusy } from '../../async/gatherWhileBusy.ts';
import { type CommitEntry, GroupCommit } from '../../async/groupCommit.ts';
import { cellCentre, cellOf } from '../../cells.ts';
import { withCallTimeout } from '../callTimeout.ts';
import type { Store } from '../store.ts';
import type { CallTracker } from './callTracker.ts';
import type { Collections } from './collections.ts';
import { fromPoint, toPoint } from './documents.ts';
import { type MemberDocument, nameFields } from './memberFields.ts';
import { noteJoin } from './rooms/noteJoin.ts';
import { upsert } from './upsert.ts';

/** Milliseconds in which checks share a look-up while many users return. The command costs more than the additional keys. */
const gatherMs = 5;

/** Memberships, and the last locations of users. */
export function members(
  { rooms, members, users }: Collections,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): Pick<Store, 'addMember' | 'removeMember' | 'isMember' | 'saveLocation' | 'location' | 'forgetLocations'> {
  const lookUps = new GroupCommit<Membership, boolean>({
    write: (batch) => withCallTimeout(lookUp(members, batch)),
    concurrency: 2,
    gather: gatherWhileBusy(gatherMs),
  });

  return {
    addMember: (roomId, { userId, username }) =>
      calls.run(async () => {
        const room = await noteJoin({ rooms }, roomId, new Date(clock()));
        if (room === null) throw new EarshotError('ROOM_NOT_FOUND');
        const { upsertedCount } = await upsert(() =>
          members.updateOne(
            { room_id: roomId, user_id: userId },
            { $set: { username, ...nameFields(username, room.cell) }, $setOnInsert: { joined_at: new Date(clock()) } },
            { upsert: true },
          ),
        );
        return upsertedCount === 1;
      }),

    removeMember: (roomId, userId) =>
      calls.run(async () => (await members.deleteOne({ room_id: roomId, user_id: userId })).deletedCount === 1),

    isMember: (roomId, userId) => calls.runQueued(() => lookUps.add({ room_id: roomId, user_id: userId })),

    saveLocation: ({ userId, username }, cell, at) =>
      calls.run(async () => {
        const set = { username, current_location: toPoint(cellCentre(cell)), last_location_update: at };
        await upsert(() => users.updateOne({ _id: userId }, { $set: set }, { upsert: true }));
      }),

    location: (userId) =>
      calls.run(async () => {
        const user = await users.findOne({ _id: userId });
        if (!user?.current_location || !user.last_location_update) return null;
        return { cell: cellOf(fromPoint(user.current_location)), at: user.last_location_update };
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

type Membership = Pick<MemberDocument, 'room_id' | 'user_id'>;

/** Looks up concurrent membership checks together: one branch per room, and one index key per user. */
async function lookUp(
  members: Collection<MemberDocument>,
  batch: readonly CommitEntry<Membership, boolean>[],
): Promise<void> {
  const byRoom = Map.groupBy(batch, ({ item }) => item.room_id);
  const branches = Array.from(byRoom, ([room_id, entries]) => ({
    room_id,
    user_id: { $in: entries.map(({ item }) => item.user_id) },
  }));
  const found = members.find({ $or: branches }).project<Membership>({ _id: 0, room_id: 1, user_id: 1 });
  const keyOf = ({ room_id, user_id }: Membership) => JSON.stringify([room_id, user_id]);
  const memberKeys = new Set(await found.map(keyOf).toArray());
  for (const { item, resolve } of batch) resolve(memberKeys.has(keyOf(item)));
}
