import { limits, type User } from '@earshot/shared';
import type { Connection } from './connection.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { isVisibleIn } from './privacy/userPrivacy.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/**
 * Lists the users present in the room, each once: those who are named there, the caller, and none that the caller blocked. Members only. Throws `RATE_LIMITED` for too many rooms.
 */
export async function listPresence(services: Services, connection: Connection, roomId: string): Promise<User[]> {
  services.budget.spend(connection, 'listPresence');
  await requireRight(services, connection, 'listPresence', { roomId });
  await services.namingLimit.take(connection, roomId);
  const privacy = await privacyOf(services, connection);
  const present = await services.presence.list(roomId, limits.presenceListMax);
  const visibilities = await services.store.privacy.visibilityOf(present.map(({ userId }) => userId));
  return present.filter(({ userId }) => {
    const visibility = visibilities.get(userId);
    const isNamed = visibility === undefined || isVisibleIn(visibility, roomId) || userId === privacy.userId;
    return isNamed && !privacy.blocks(userId);
  });
}
