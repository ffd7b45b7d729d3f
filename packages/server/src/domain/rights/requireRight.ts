import type { Role } from '@earshot/shared';
import type { Connection } from '../connection.ts';
import { refuseBanned } from '../rules/gateChecks.ts';
import type { Services } from '../services.ts';
import type { Action } from './actions.ts';
import { checksAfterRight, checksBeforeRight, checksThatCount, runChecks } from './gate.ts';
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
  const role = await recheckRight(services, connection, action, target);
  const counted = runChecks(checksThatCount, services, { connection, action, roomId: roomOf(target), role });
  if (counted) await counted;
  return role;
}

/** The same for an act that was admitted a while ago: it does not count again. */
export async function recheckRight(
  services: Services,
  connection: Connection,
  action: Action,
  target: Target,
): Promise<Role | null> {
  const row = rightsOf(action, target);
  requireIdentity(services, connection, row);
  noteCaller(services, connection);
  const roomId = roomOf(target);
  const before = runChecks(checksBeforeRight, services, { connection, action, roomId });
  if (before) await before;
  const role = await requireRole({ services, connection, row }, target);
  // Last, because the error would reveal to others that what they named exists.
  if (target !== 'server' && 'scope' in target && target.scope.type === 'room') {
    const banned = refuseBanned(services, { connection, action, roomId: target.scope.roomId });
    if (banned) await banned;
  }
  if (role !== null && target !== 'server' && target.subjectId !== undefined) {
    await requireWeaker(services, connection, { role, subjectId: target.subjectId, scope: scopeOf(target), action });
  }
  const after = runChecks(checksAfterRight, services, { connection, action, roomId, role });
  if (after) await after;
  return role;
}

const roomOf = (target: Target) => (target !== 'server' && 'roomId' in target ? target.roomId : null);

/** Throws `UNAUTHENTICATED` or `TOKEN_EXPIRED` if the action needs an identity. */
function requireIdentity({ settings }: Services, connection: Connection, { anonymous }: RightsRow): void {
  if (anonymous === 'allowed') return;
  if (anonymous === 'ifUnchecked' && connection.userId === null && !settings.checksIdentities) return;
  void connection.user; // throws
}
