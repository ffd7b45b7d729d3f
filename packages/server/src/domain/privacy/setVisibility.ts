import type { Visibility, visibilityInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';

/**
 * Sets whether the caller is listed by name among the users present: in all rooms, or in some. A user who is not is only counted there. Setting
 * it for all rooms ends the exceptions. Returns the result.
 */
export async function setVisibility(
  services: Services,
  connection: Connection,
  change: z.output<typeof visibilityInput>,
): Promise<Visibility> {
  services.budget.spend(connection, 'changePrivacy');
  await requireRight(services, connection, 'changePrivacy', 'server');
  services.signalLimit.take(connection); // rooms receive a join or a leave
  const { userId } = connection.user;
  const visibility = await services.store.privacy.changeVisibility(userId, change);
  await services.privacy.changed(userId);
  return visibility;
}

/** Returns where the caller is listed by name. */
export async function readVisibility(services: Services, connection: Connection): Promise<Visibility> {
  services.budget.spend(connection, 'readVisibility');
  await requireRight(services, connection, 'readPrivacy', 'server');
  return (await services.store.privacy.read(connection.user.userId)).visibility;
}
