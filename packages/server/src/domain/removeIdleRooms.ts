import type { Hub } from '../feed/hub.ts';
import type { Presence } from '../presence/presence.ts';
import type { Store } from '../store/store.ts';
import type { NearbyRooms } from './nearbyRooms.ts';

/** Milliseconds without present users after which a room without messages is removed. */
const idleRoomTtlMs = 24 * 60 * 60 * 1_000;
/** Milliseconds between the end of a room's memberships and its removal: longer than a send admitted before can take. */
const vacatedMs = 60_000;
/** Milliseconds for which a removed room is known as removed; its id is unknown afterwards. */
const removedIdTtlMs = 365 * 24 * 60 * 60 * 1_000;

/** Maximum number of rooms in one call of the store, so that no send waits long behind it. */
const batchSize = 50;
/** Maximum number of batches of each step in one run. */
const batchesMax = 200;

interface Dependencies {
  store: Store;
  presence: Pick<Presence, 'counts'>;
  hub: Pick<Hub, 'publish'>;
  nearby: Pick<NearbyRooms, 'invalidate'>;
}

interface RemovalOptions {
  /** Milliseconds without a message, a join or present users after which a room made at a location is removed; null: never. */
  roomTtlMs: number | null;
  now?: Date;
}

/**
 * Removes rooms that never had a message and had no present users for a day, and rooms made at a location in which nothing happened for
 * longer; see `Store.idleRooms`. Any number of instances may run it concurrently, and it may be interrupted. Returns the number of removed
 * rooms. Rejects while presence is unreachable, because occupied rooms are then unknown.
 */
export async function removeIdleRooms(
  services: Dependencies,
  { roomTtlMs, now = new Date() }: RemovalOptions,
): Promise<number> {
  const { store } = services;
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const idleBefore = ago(idleRoomTtlMs);
  const inactiveBefore = roomTtlMs === null ? null : ago(roomTtlMs);
  const vacatedBefore = ago(vacatedMs);

  const endMemberships = async (roomIds: readonly string[]) => {
    const { unoccupied } = await keepOccupied(services, roomIds);
    await store.endMemberships(unoccupied, { idleBefore, inactiveBefore });
    return roomIds.length > 0;
  };
  await inBatches(async () => endMemberships(await store.idleRooms(idleBefore, batchSize)));
  if (inactiveBefore) {
    await inBatches(async () => endMemberships(await store.inactiveRooms(inactiveBefore, batchSize)));
  }

  let removed = 0;
  await inBatches(async () => {
    const roomIds = await store.vacatedRooms(vacatedBefore, batchSize);
    const { unoccupied } = await keepOccupied(services, roomIds);
    const removedIds = await store.removeRooms(unoccupied, vacatedBefore);
    announce(services, removedIds);
    removed += removedIds.length;
    return roomIds.length > 0;
  });
  await inBatches(() => store.purgeRemovedRooms());
  await inBatches(async () => (await store.forgetRemovedRooms(ago(removedIdTtlMs), batchSize)) > 0);
  return removed;
}

/** Runs the step until it returns false, but not longer than a run may take: the next run continues. */
async function inBatches(step: () => Promise<boolean>): Promise<void> {
  for (let batch = 0; batch < batchesMax; batch += 1) if (!(await step())) return;
}

/** Marks the rooms with present users as not idle, and returns the others. */
async function keepOccupied({ store, presence }: Dependencies, roomIds: readonly string[]) {
  if (roomIds.length === 0) return { unoccupied: [] };
  const counts = await presence.counts(roomIds);
  const isOccupied = (index: number) => (counts[index] ?? 0) > 0;
  const occupied = roomIds.filter((_, i) => isOccupied(i));
  if (occupied.length > 0) await store.resetIdleTime(occupied);
  return { unoccupied: roomIds.filter((_, i) => !isOccupied(i)) };
}

/** Ends watches that presence did not know of, on every instance, and removes the rooms from cached searches. */
function announce({ hub, nearby }: Dependencies, roomIds: readonly string[]): void {
  if (roomIds.length > 0) nearby.invalidate();
  for (const roomId of roomIds) void hub.publish(roomId, { type: 'room.removed' });
}
