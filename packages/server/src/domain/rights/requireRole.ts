import { EarshotError, isErrorCode, type Role } from '@earshot/shared';
import type { Store } from '../../store/store.ts';
import type { Connection } from '../connection.ts';
import { requireRoom } from '../requireRoom.ts';
import type { Services } from '../services.ts';
import { basisOf } from './rightsBasis.ts';
import type { Right, RightsRow } from './rightsTable.ts';
import { isMember, roleIn } from './roleIn.ts';
import { scopeOf, type Target } from './target.ts';

interface Request {
  services: Services;
  connection: Connection;
  row: RightsRow;
}

/**
 * Requires that the caller's role has the right in the row. Returns the role, or null if it was not needed. Throws the error in the row,
 * those of its conditions, and `ROOM_GONE` or `ROOM_NOT_FOUND`.
 */
export async function requireRole({ services, connection, row }: Request, target: Target): Promise<Role | null> {
  const basis = basisOf(row);
  if (basis === 'identity' || connection.userId === null) return null;
  const { userId } = connection.user;
  let role: Role;
  if (target === 'server' || 'scope' in target || basis === 'role') {
    role = await roleIn(services, { userId, roles: connection.roles }, scopeOf(target));
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

/** Throws the error in the row; `NOT_A_MEMBER`, `MESSAGE_NOT_FOUND`, `NOT_THE_AUTHOR` or `NOT_ALLOWED` if a condition is not met. */
async function requireCondition(services: Services, userId: string, { right, role, target }: Condition): Promise<void> {
  if (isErrorCode(right)) throw new EarshotError(right);
  if (target === 'server') return;
  if (right === 'ifSelf') {
    if (target.subjectId !== userId) throw new EarshotError('NOT_ALLOWED');
    return;
  }
  if ('scope' in target) return;
  if (right === 'ifOwn' && (await isAuthor(services.store, userId, target))) return;
  if (role !== 'member' && !(await isMember(services, target.roomId, userId))) throw new EarshotError('NOT_A_MEMBER');
  if (right === 'ifAuthor' || right === 'ifOwn') await requireAuthor(services.store, userId, target);
}

interface AuthorTarget {
  roomId: string;
  messageId?: string;
}

async function isAuthor(store: Store, userId: string, { roomId, messageId }: AuthorTarget): Promise<boolean> {
  return messageId !== undefined && (await store.message({ roomId, messageId }))?.userId === userId;
}

/** The author of a message never changes, unless the author's data is erased. */
async function requireAuthor(store: Store, userId: string, { roomId, messageId }: AuthorTarget): Promise<void> {
  const message = messageId === undefined ? null : await store.message({ roomId, messageId });
  if (message === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (message.userId !== userId) throw new EarshotError('NOT_THE_AUTHOR');
}
