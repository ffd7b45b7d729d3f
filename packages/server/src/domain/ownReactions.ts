import type { OwnReactionsAnswer, ownReactionsInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/** Returns the caller's emoji on each of these messages. Members only. A message itself lists only the first users of each emoji. */
export async function ownReactions(
  services: Services,
  connection: Connection,
  { roomId, messageIds }: z.output<typeof ownReactionsInput>,
): Promise<OwnReactionsAnswer> {
  services.budget.spend(connection, 'readOwnReactions');
  const { userId } = connection.user;
  await requireRight(services, connection, 'readOwnReactions', { roomId });
  return { userId, reactions: await services.store.ownReactions(roomId, { userId, messageIds }) };
}
