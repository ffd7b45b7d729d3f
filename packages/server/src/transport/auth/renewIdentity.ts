import { EarshotError } from '@earshot/shared';
import type { Connection } from '../../domain/connection.ts';
import type { Authenticator } from './authenticator.ts';

/**
 * Renews the identity of an open connection with another token of its user. Of concurrent renewals, the last to be verified
 * applies. Throws `UNAUTHENTICATED` if there is no identity to renew, `TOKEN_USER_MISMATCH` for another user's token, and
 * the errors of `identify`. After an error the connection has the identity that it had.
 */
export async function renewIdentity(
  authenticator: Authenticator,
  connection: Connection,
  token: string,
): Promise<void> {
  const { userId } = connection.user;
  const identity = await authenticator.identify({ token }, connection.address);
  if (identity?.user.userId !== userId) throw new EarshotError('TOKEN_USER_MISMATCH');
  void connection.user; // throws if the former identity has expired meanwhile: the connection is ending
  connection.identify(identity);
}
