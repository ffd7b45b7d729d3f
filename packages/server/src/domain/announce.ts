import { limits, type User } from '@earshot/shared';
import type { Services } from './services.ts';

interface Coming {
  roomId: string;
  user: User;
  userCount: number;
}

/** Tells the room who came or went; in a crowded room only how many are there now (feeds thin these out). */
export function announce(
  { hub }: Pick<Services, 'hub'>,
  type: 'user.joined' | 'user.left',
  { roomId, user, userCount, connectionId }: Coming & { connectionId?: string },
): Promise<void> {
  const crowded = userCount > limits.announcedPresenceMax;
  return hub.publish(roomId, crowded ? { type: 'presence', userCount } : { type, user, userCount }, connectionId);
}
