import { limits, type User } from '@earshot/shared';
import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/** Lists the users present in the room, each once. Members only. */
export async function listPresence(services: Services, connection: Connection, roomId: string): Promise<User[]> {
  services.budget.spend(connection, 'listPresence');
  await requireRight(services, connection, 'listPresence', { roomId });
  return services.presence.list(roomId, limits.presenceListMax);
}
