import type { NearbyRoom } from '@earshot/client';

/** Compares rooms like the server's order `lively`: most users present first, then the latest message, then the nearest. */
export function compareLiveliness(a: NearbyRoom, b: NearbyRoom): number {
  return b.userCount - a.userCount || lastMessageMs(b) - lastMessageMs(a) || a.distance - b.distance;
}

const lastMessageMs = ({ lastMessageAt }: NearbyRoom) => lastMessageAt?.getTime() ?? 0;

/** Milliseconds during which a room without users still counts as lively after a message. */
const livelyMs = 3_600_000;

/** Whether users are present, or the last message is at most an hour old. `now`: milliseconds since the epoch. */
export const isLively = (room: NearbyRoom, now: number) => room.userCount > 0 || now - lastMessageMs(room) <= livelyMs;
