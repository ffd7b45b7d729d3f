import type { Connection } from './connection.ts';
import type { Services } from './services.ts';

/** Milliseconds for which a location is stored. */
export const locationTtlMs = 24 * 60 * 60 * 1_000;

/** Stores the map cell that the caller is in, visible to the caller only. */
export async function updateLocation(
  { store, budget, signalLimit }: Services,
  connection: Connection,
  cell: string,
): Promise<void> {
  budget.spend(connection, 'updateLocation');
  const { user } = connection;
  signalLimit.take(connection);
  await store.saveLocation(user, cell, new Date());
}
