import { limits, type User } from '@earshot/shared';
import type { Hub } from '../feed/hub.ts';

/** A user joined or left. */
export interface PresenceAnnouncement {
  type: 'user.joined' | 'user.left';
  roomId: string;
  user: User;
  userCount: number;
  /** The connection that caused it. */
  connectionId?: string;
}

/** Publishes a join or leave to the room; in a crowded room only the new count, which feeds throttle. */
export function announce(
  { hub }: { hub: Pick<Hub, 'publish'> },
  { type, roomId, user, userCount, connectionId }: PresenceAnnouncement,
): Promise<void> {
  const crowded = userCount > limits.announcedPresenceMax;
  return hub.publish(roomId, crowded ? { type: 'presence', userCount } : { type, user, userCount }, connectionId);
}
