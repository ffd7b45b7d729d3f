import type { Position, Room } from '@earshot/shared';
import type { Candidate } from './nearbyRooms.ts';
import { describeRoom } from './publicRoom.ts';
import type { Services } from './services.ts';

/** Every search has the changes that are older than this. Much more than the age of a search, because clocks of instances differ. */
const recentMs = 60_000;

/**
 * Returns the public form of a room that a search found, with its title and topic at that position or later. The search may be a few seconds
 * old. So a room with a recent change is read again: the change may be a title, and watchers after the position do not receive it.
 */
export async function enteredRoom(
  services: Pick<Services, 'store' | 'places' | 'retention'>,
  { room, userCount }: Candidate,
  { time }: Position,
): Promise<Room> {
  const isRecent = time > Date.now() - recentMs;
  const { title, topic } = (isRecent && (await services.store.room(room.id))) || room;
  return describeRoom(services, { ...room, title, topic }, userCount);
}
