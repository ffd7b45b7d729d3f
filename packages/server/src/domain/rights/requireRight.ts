import { EarshotError, isErrorCode } from '@earshot/shared';
import type { Store } from '../../store/store.ts';
import type { Connection } from '../connection.ts';
import { requireRoom } from '../requireRoom.ts';
import type { Services } from '../services.ts';
import type { Action } from './actions.ts';
import { checksAfterRight, checksBeforeRight, runChecks } from './gate.ts';
import { basisOf } from './rightsBasis.ts';
import { type Right, type RightsRow, rightsOf } from './rightsTable.ts';
import { isMember, roleIn } from './roleIn.ts';
import type { Role } from './roles.ts';

interface RoomTarget {
  roomId: string;
  /** The message that the action changes. */
  messageId?: string;
  /** The caller was found to be a member a moment ago. */
  isMember?: true;
}

/** `server`: an action outside of rooms. */
type Target = 'server' | RoomTarget;

/**
 * Throws unless the caller may do that now. Every function of the domain asks it, whatever the wire. It checks, in this order: the identity,
 * bans, the right of the caller's role in the table, rules of the room, rules about the user, and the travel speed. For a member whose
 * membership is cached and to whom no rule applies, a send is decided from memory.
 */
export async function requireRight(
  services: Services,
  connection: Connection,
  action: Action,
  target: Target,
): Promise<void> {
  const roomId = target === 'server' ? null : target.roomId;
  const row = rightsOf(action, roomId);
  requireIdentity(services, connection, row);
  const before = runChecks(checksBeforeRight, services, { connection, action, roomId });
  if (before) await before;
  const role = await requireRole({ services, connection, row }, target);
  const after = runChecks(checksAfterRight, services, { connection, action, roomId, role });
  if (after) await after;
}

interface Request {
  services: Services;
  connection: Connection;
  row: RightsRow;
}

/** Throws `UNAUTHENTICATED` or `TOKEN_EXPIRED` if the action needs an identity. */
function requireIdentity({ settings }: Services, connection: Connection, { anonymous }: RightsRow): void {
  if (anonymous === 'allowed') return;
  if (anonymous === 'ifUnchecked' && connection.userId === null && !settings.checksIdentities) return;
  void connection.user; // throws
}

/** Returns the caller's role, or null if it was not needed. Throws the error in the row, and `ROOM_GONE` or `ROOM_NOT_FOUND`. */
async function requireRole({ services, connection, row }: Request, target: Target): Promise<Role | null> {
  const basis = basisOf(row);
  if (basis === 'identity' || connection.userId === null) return null;
  const { userId } = connection.user;
  let role: Role;
  if (target === 'server' || basis === 'role') {
    role = await roleIn(services, { userId, roles: connection.roles }, target);
  } else if (target.isMember || (await isMember(services, target.roomId, userId))) {
    role = 'member';
  } else {
    await requireRoom(services.store, target.roomId);
    role = 'visitor';
  }
  const right = row[role];
  if (right !== 'allowed') await requireCondition(services, userId, { right, role, target });
  return basis === 'role' ? role : null;
}

interface Condition {
  right: Right;
  role: Role;
  target: Target;
}

/** Throws the error in the row; `NOT_A_MEMBER`, `MESSAGE_NOT_FOUND` or `NOT_THE_AUTHOR` if the right has a condition that is not met. */
async function requireCondition(services: Services, userId: string, { right, role, target }: Condition): Promise<void> {
  if (isErrorCode(right)) throw new EarshotError(right);
  if (target === 'server') return;
  if (role !== 'member' && !(await isMember(services, target.roomId, userId))) throw new EarshotError('NOT_A_MEMBER');
  if (right === 'ifAuthor') await requireAuthor(services.store, userId, target);
}

/** The author of a message never changes. */
async function requireAuthor(store: Store, userId: string, { roomId, messageId }: RoomTarget): Promise<void> {
  const message = messageId === undefined ? null : await store.message({ roomId, messageId });
  if (message === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (message.userId !== userId) throw new EarshotError('NOT_THE_AUTHOR');
}
