import type { Connection } from './connection.ts';
import type { Services } from './services.ts';

/**
 * Stores the map cell that the caller is in, visible to the caller only. A cell that the caller can't have reached is ignored: see
 * `TravelGuard`.
 */
export async function updateLocation(
  { travelGuard, budget, signalLimit }: Services,
  connection: Connection,
  cell: string,
): Promise<void> {
  budget.spend(connection, 'updateLocation');
  const { user } = connection;
  signalLimit.take(connection);
  await travelGuard.saveLocation(user, cell);
}
