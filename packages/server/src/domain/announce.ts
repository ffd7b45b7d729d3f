import { limits, type User } from '@earshot/shared';
import type { PresenceChange } from '../presence/presence.ts';
import type { Services } from './services.ts';

interface Coming {
  roomId: string;
  user: User;
  userCount: number;
}

/** Tells the room who came or went; in a crowded room only how many are there now (feeds thin these out). */
export function announce(
  { hub }: { hub: Pick<Services['hub'], 'publish'> },
  type: 'user.joined' | 'user.left',
  { roomId, user, userCount, connectionId }: Coming & { connectionId?: string },
): Promise<void> {
  const crowded = userCount > limits.announcedPresenceMax;
  return hub.publish(roomId, crowded ? { type: 'presence', userCount } : { type, user, userCount }, connectionId);
}

/** Tells the room what presence found out by itself. */
export function announceChange({ hub }: Pick<Services, 'hub'>, change: PresenceChange): Promise<void> {
  if (change.type !== 'recounted') return announce({ hub }, `user.${change.type}`, change);
  return hub.publish(change.roomId, { type: 'presence', userCount: change.userCount });
}
