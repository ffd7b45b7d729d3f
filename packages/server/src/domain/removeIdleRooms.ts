import type { Services } from './services.ts';

/** A room without messages goes after so many milliseconds without anybody present. */
const idleRoomTtlMs = 24 * 60 * 60 * 1_000;
/** From the end of its memberships to its own: longer than a send that was admitted before can take. */
const vacatedMs = 60_000;

/** Rooms in one call of the store: nobody's send waits long behind it. */
const batchSize = 50;
/** Batches in one run. */
const batchesMax = 200;

type Parts = Pick<Services, 'store' | 'presence'>;

/**
 * Clears away rooms in which nobody ever wrote and nobody was for a day: see `Store.idleRooms`. Any number of instances
 * may run it at once. Returns how many rooms are gone. Rejects while presence can't be reached: who is there is not known.
 */
export async function removeIdleRooms({ store, presence }: Parts, now = new Date()): Promise<number> {
  const idleBefore = new Date(now.getTime() - idleRoomTtlMs);
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const roomIds = await store.idleRooms(idleBefore, batchSize);
    if (roomIds.length === 0) break;
    const counts = await presence.counts(roomIds);
    const isOccupied = (_: string, i: number) => (counts[i] ?? 0) > 0;
    await store.keepRooms(roomIds.filter(isOccupied));
    await store.vacateRooms(
      roomIds.filter((_, i) => !isOccupied(_, i)),
      idleBefore,
    );
  }
  let removed = 0;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const count = await store.removeVacated(new Date(now.getTime() - vacatedMs), batchSize);
    removed += count;
    if (count === 0) break;
  }
  return removed;
}
