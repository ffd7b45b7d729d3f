import { limits, type User } from '@earshot/shared';
import type { Services } from './services.ts';

/** Somebody came or went. */
export interface Arrival {
  type: 'user.joined' | 'user.left';
  roomId: string;
  user: User;
  userCount: number;
  /** The connection that caused it. */
  connectionId?: string;
}

/** Tells the room who came or went; in a crowded room only how many are there now (feeds thin these out). */
export function announce(
  { hub }: { hub: Pick<Services['hub'], 'publish'> },
  { type, roomId, user, userCount, connectionId }: Arrival,
): Promise<void> {
  const crowded = userCount > limits.announcedPresenceMax;
  return hub.publish(roomId, crowded ? { type: 'presence', userCount } : { type, user, userCount }, connectionId);
}
