import type { Role } from '@earshot/shared';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import type { Action } from './actions.ts';
import { checksAfterRight, checksBeforeRight, runChecks } from './gate.ts';
import { noteCaller } from './noteCaller.ts';
import { requireRole } from './requireRole.ts';
import { requireWeaker } from './requireWeaker.ts';
import { type RightsRow, rightsOf } from './rightsTable.ts';
import { scopeOf, type Target } from './target.ts';

/**
 * Throws unless the caller may do that now. Every function of the domain asks it, whatever the wire. It checks, in this order: the identity,
 * bans, the right of the caller's role in the table, the role of the user concerned, rules of the room, rules about the caller, and the travel
 * speed. For a member whose membership is cached and to whom no rule applies, a send is decided from memory. Returns the caller's role; null
 * if it was not needed, because all users, or all members, have the right.
 */
export async function requireRight(
  services: Services,
  connection: Connection,
  action: Action,
  target: Target,
): Promise<Role | null> {
  const row = rightsOf(action, target);
  requireIdentity(services, connection, row);
  noteCaller(services, connection);
  const roomId = target !== 'server' && 'roomId' in target ? target.roomId : null;
  const before = runChecks(checksBeforeRight, services, { connection, action, roomId });
  if (before) await before;
  const role = await requireRole({ services, connection, row }, target);
  if (role !== null && target !== 'server' && target.subjectId !== undefined) {
    await requireWeaker(services, connection, { role, subjectId: target.subjectId, scope: scopeOf(target), action });
  }
  const after = runChecks(checksAfterRight, services, { connection, action, roomId, role });
  if (after) await after;
  return role;
}

/** Throws `UNAUTHENTICATED` or `TOKEN_EXPIRED` if the action needs an identity. */
function requireIdentity({ settings }: Services, connection: Connection, { anonymous }: RightsRow): void {
  if (anonymous === 'allowed') return;
  if (anonymous === 'ifUnchecked' && connection.userId === null && !settings.checksIdentities) return;
  void connection.user; // throws
}
