import { isGuestId } from '@earshot/shared';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';

/** Notes what sanctions have to know about the caller, once for each identity of a connection. */
export function noteCaller(
  { guestSanctions, tokenRoles }: Pick<Services, 'guestSanctions' | 'tokenRoles'>,
  connection: Connection,
): void {
  const { userId } = connection;
  if (userId === null || userId === connection.notedUserId) return;
  connection.notedUserId = userId;
  if (isGuestId(userId)) guestSanctions.noteCall(connection, userId);
  else tokenRoles.note(connection);
}
