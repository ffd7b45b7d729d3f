import { EarshotError } from '@earshot/shared';
import type { RuleActor } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';

/** Milliseconds for which a sign-out is remembered: longer than tokens should be valid. */
const signOutKeptMs = 366 * 24 * 60 * 60 * 1_000;

/** Ends all sessions of the caller: their connections on every instance, and their tokens. Throws `NO_SIGN_IN` where there are no tokens. */
export async function signOutEverywhere(services: Services, connection: Connection): Promise<void> {
  services.budget.spend(connection, 'signOutEverywhere');
  await requireRight(services, connection, 'signOutEverywhere', 'server');
  if (!services.settings.checksIdentities) throw new EarshotError('NO_SIGN_IN');
  const { userId, username } = connection.user;
  await signOutUser(services, userId, { userId, username });
}

/** Ends all sessions of a user. Resolves when that is stored. Tokens that are issued from now on are valid. */
export async function signOutUser({ rules }: Pick<Services, 'rules'>, userId: string, actor: RuleActor): Promise<void> {
  const subject = { type: 'user', userId } as const;
  await rules.put({ kind: 'signOut', scope: { type: 'server' }, subject, actor, lastsMs: signOutKeptMs });
}
