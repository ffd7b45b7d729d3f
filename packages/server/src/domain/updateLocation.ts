import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/**
 * Stores the map cell that the caller is in, visible to the caller only. A cell that the caller can't have reached is ignored: see
 * `TravelGuard`.
 */
export async function updateLocation(services: Services, connection: Connection, cell: string): Promise<void> {
  const { travelGuard, budget, signalLimit } = services;
  budget.spend(connection, 'updateLocation');
  const { user } = connection;
  signalLimit.take(connection);
  await requireRight(services, connection, 'updateLocation', 'server');
  await travelGuard.saveLocation(user, cell);
}
