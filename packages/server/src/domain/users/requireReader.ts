import type { Role } from '@earshot/shared';
import type { RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';

/**
 * Requires that the caller may read what is known about users in a scope. Returns the caller's role there. Owners and moderators of rooms have the
 * limit on lists of users present: anybody can own rooms, and could follow a person through them. Throws `RATE_LIMITED` for too many rooms.
 */
export async function requireReader(
  services: Services,
  connection: Connection,
  scope: RuleScope,
): Promise<Role | null> {
  const role = await requireRight(services, connection, 'readUsers', { scope });
  const isOfRoom = role === 'owner' || role === 'roomModerator';
  if (isOfRoom && scope.type === 'room') await services.namingLimit.take(connection, scope.roomId);
  return role;
}
