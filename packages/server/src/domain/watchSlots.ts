import { EarshotError } from '@earshot/shared';
import type { Connection } from './connection.ts';
import type { Services } from './services.ts';

/** Throws `TOO_MANY_WATCHES` when the connection has the maximum number of watches, of rooms, neighbourhoods and lists together. */
export function requireWatchSlot({ settings }: Services, connection: Connection): void {
  const max = settings.watchesPerConnection;
  const { watchedRoomIds, neighbourhoodCount, nearbyListCount } = connection;
  if (max === 0 || watchedRoomIds.length + neighbourhoodCount + nearbyListCount < max) return;
  throw new EarshotError('TOO_MANY_WATCHES', { message: `A connection can have at most ${max} subscriptions.` });
}
