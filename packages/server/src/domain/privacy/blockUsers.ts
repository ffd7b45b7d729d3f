import { type BlockedUser, type blockInput, EarshotError, type unblockInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';

/** Hides everything of a user from the caller. Blocking twice is no error. That user is not told. Throws `TOO_MANY_BLOCKS`. */
export async function blockUser(
  services: Services,
  connection: Connection,
  { userId: blockedId, username }: z.output<typeof blockInput>,
): Promise<void> {
  services.budget.spend(connection, 'changePrivacy');
  await requireRight(services, connection, 'changePrivacy', 'server');
  const { userId } = connection.user;
  if (blockedId === userId) throw new EarshotError('INVALID_INPUT', { message: 'You can’t block yourself.' });
  await services.store.privacy.block(userId, { userId: blockedId, username: username ?? null });
  await services.privacy.changed(userId);
}

/** Ends a block. No error if the user is not blocked. */
export async function unblockUser(
  services: Services,
  connection: Connection,
  { userId: blockedId }: z.output<typeof unblockInput>,
): Promise<void> {
  services.budget.spend(connection, 'changePrivacy');
  await requireRight(services, connection, 'changePrivacy', 'server');
  const { userId } = connection.user;
  await services.store.privacy.unblock(userId, blockedId);
  await services.privacy.changed(userId);
}

/** Returns the users that the caller blocked, the last one first. */
export async function listBlocks(services: Services, connection: Connection): Promise<BlockedUser[]> {
  services.budget.spend(connection, 'listBlocks');
  await requireRight(services, connection, 'readPrivacy', 'server');
  const { blocked } = await services.store.privacy.read(connection.user.userId);
  const chars = blocked.reduce((sum, { userId, username }) => sum + userId.length + (username?.length ?? 0) + 40, 0);
  services.budget.chargeText(connection, chars);
  return blocked;
}
