import { idToBson } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import type { Collections } from '../collections.ts';

/** Milliseconds between two records of a join. */
const joinsNotedMs = 60 * 60 * 1_000;

/**
 * Records a join, and cancels the removal of the room. Resolves to the map cell of the room; to null if the room does not exist, which then
 * remains so: a room is deleted only if no user joined it in the meantime, and one document decides the order of the two.
 */
export async function noteJoin(
  { rooms }: Pick<Collections, 'rooms'>,
  roomId: string,
  now: Date,
): Promise<{ cell: string | null } | null> {
  const _id = idToBson(ObjectId, roomId);
  const isRecent = (time: Date | undefined) => time === undefined || now.getTime() - time.getTime() < joinsNotedMs;
  for (;;) {
    const room = await rooms.findOne({ _id }, { projection: { idle_since: 1, active_at: 1, vacated_at: 1, cell: 1 } });
    if (!room) return null;
    const { idle_since, active_at, vacated_at, cell = null } = room;
    if (isRecent(idle_since) && isRecent(active_at) && vacated_at === undefined) return { cell };
    const isUsed = idle_since === undefined;
    const times = { ...(!isUsed && { idle_since: now }), ...(active_at && { active_at: now }) };
    const { matchedCount } = await rooms.updateOne(
      { _id, idle_since: { $exists: !isUsed } },
      { $max: times, $unset: { vacated_at: 1, vacated_seq: 1 } },
    );
    if (matchedCount === 1) return { cell };
    // The room received a message in the meantime, or was removed.
  }
}
