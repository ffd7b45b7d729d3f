import type { Location } from '@earshot/shared';
import type { Connection } from './connection.ts';
import type { Services } from './services.ts';

/** How long a position is kept. */
export const locationTtlMs = 24 * 60 * 60 * 1_000;

/** Keeps the map cell in which the caller is, for the caller alone. */
export async function updateLocation(
  { store, budget, signalLimit }: Services,
  connection: Connection,
  location: Location,
): Promise<void> {
  budget.spend(connection, 'updateLocation');
  const { user } = connection;
  signalLimit.take(connection);
  await store.saveLocation(user, location, new Date());
}
