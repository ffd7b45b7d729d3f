import type { Services } from './services.ts';

/** Milliseconds without present users after which a room without messages is removed. */
const idleRoomTtlMs = 24 * 60 * 60 * 1_000;
/** Milliseconds between the end of a room's memberships and its removal: longer than a send admitted before can take. */
const vacatedMs = 60_000;

/** Maximum number of rooms in one call of the store, so that no send waits long behind it. */
const batchSize = 50;
/** Maximum number of batches in one run. */
const batchesMax = 200;

type Dependencies = Pick<Services, 'store' | 'presence'>;

/**
 * Removes rooms that never had a message and had no present users for a day; see `Store.idleRooms`. Any number of instances may run it
 * concurrently. Returns the number of removed rooms. Rejects while presence is unreachable, because occupied rooms are then unknown.
 */
export async function removeIdleRooms({ store, presence }: Dependencies, now = new Date()): Promise<number> {
  const idleBefore = new Date(now.getTime() - idleRoomTtlMs);
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const roomIds = await store.idleRooms(idleBefore, batchSize);
    if (roomIds.length === 0) break;
    const counts = await presence.counts(roomIds);
    const isOccupied = (_: string, i: number) => (counts[i] ?? 0) > 0;
    await store.resetIdleTime(roomIds.filter(isOccupied));
    await store.removeMembersOfIdleRooms(
      roomIds.filter((_, i) => !isOccupied(_, i)),
      idleBefore,
    );
  }
  let removed = 0;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const count = await store.removeRoomsWithoutMembers(new Date(now.getTime() - vacatedMs), batchSize);
    removed += count;
    if (count === 0) break;
  }
  return removed;
}
