import { EarshotError } from '@earshot/shared';
import type { Authenticator, Identity } from '../auth/authenticator.ts';
import type { Claim } from './command.ts';

/**
 * Authenticates a claim. In open mode the claim is accepted as it is; otherwise its token must be valid and name the same
 * user. `address`: the client's, as counted by limits. Throws `UNAUTHENTICATED` and the errors of `identify`.
 */
export async function authenticate(
  authenticator: Authenticator,
  { userId, username, token = '' }: Claim,
  address: string,
): Promise<Identity> {
  // Legacy clients always send a token. In open mode it is ignored.
  const credentials = authenticator.checksTokens ? { token: token || undefined } : { userId, username };
  const identity = await authenticator.identify(credentials, address);
  if (identity === null)
    throw new EarshotError('UNAUTHENTICATED', { message: 'A token is required: send it as `token`.' });
  if (identity.user.userId !== userId) {
    throw new EarshotError('TOKEN_INVALID', { message: 'The token belongs to another user_id.' });
  }
  return identity;
}
