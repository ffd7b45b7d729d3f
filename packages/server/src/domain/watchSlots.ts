import { EarshotError } from '@earshot/shared';
import type { Connection } from './connection.ts';
import type { Services } from './services.ts';

/** Throws `TOO_MANY_WATCHES` when the connection has the maximum number of watches, of rooms and neighbourhoods together. */
export function requireWatchSlot({ settings }: Services, connection: Connection): void {
  const max = settings.watchesPerConnection;
  if (max === 0 || connection.watchedRoomIds.length + connection.neighbourhoodCount < max) return;
  throw new EarshotError('TOO_MANY_WATCHES', { message: `A connection can have at most ${max} subscriptions.` });
}
