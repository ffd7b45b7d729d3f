import { EarshotError } from '@earshot/shared';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';
import { signOutUser } from './signOutUser.ts';

/** Ends all sessions of the caller: their connections on every instance, and their tokens. Throws `NO_SIGN_IN` where there are no tokens. */
export async function signOutEverywhere(services: Services, connection: Connection): Promise<void> {
  services.budget.spend(connection, 'signOutEverywhere');
  await requireRight(services, connection, 'signOutEverywhere', 'server');
  if (!services.settings.checksIdentities) throw new EarshotError('NO_SIGN_IN');
  const { userId, username } = connection.user;
  await signOutUser(services, userId, { userId, username });
}
