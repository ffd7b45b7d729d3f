import { limits, type User } from '@earshot/shared';
import type { Connection } from './connection.ts';
import { requireMember } from './permission.ts';
import type { Services } from './services.ts';

/** Who watches the room right now, each once, for its members. */
export async function listPresence(
  { store, presence }: Services,
  connection: Connection,
  roomId: string,
): Promise<User[]> {
  await requireMember(store, roomId, connection.user);
  return presence.list(roomId, limits.presenceListMax);
}
