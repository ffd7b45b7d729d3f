import type { Connection } from './connection.ts';
import { ruleAbout } from './rules/ruleAbout.ts';
import { sanctionError } from './rules/sanctionError.ts';
import type { Services } from './services.ts';

/** Makes the caller a member. Throws `ROOM_NOT_FOUND`, and `BANNED` if the caller was banned in the meantime. */
export async function addMember(services: Services, connection: Connection, roomId: string): Promise<void> {
  const { user } = connection;
  await services.store.addMember(roomId, user);
  const ban = await ruleAbout(services, connection, { kind: 'ban', roomId });
  if (ban === undefined) return;
  await services.store.removeMember(roomId, user.userId);
  throw sanctionError(ban);
}
