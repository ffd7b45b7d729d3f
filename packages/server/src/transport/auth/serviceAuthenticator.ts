import { EarshotError, isGuestId } from '@earshot/shared';
import type { AuthConfig } from '../../config/config.ts';
import type { Authenticator, Identity, IdentityCheck } from './authenticator.ts';
import { createGuestTokens, deviceHashOf, isGuestToken, newGuestId, renewableSince } from './guestTokens.ts';
import { claimsSchema } from './identityClaims.ts';
import { asTokenError } from './tokenErrors.ts';
import { TokenLookups } from './tokenLookups.ts';
import { askTokenService } from './tokenService.ts';

/** Service mode: an external service identifies the user of a token. This server issues and verifies guest tokens itself. */
export function serviceAuthenticator(
  { url, guestSecrets }: Extract<AuthConfig, { mode: 'service' }>,
  check: IdentityCheck,
): Authenticator {
  const lookups = new TokenLookups({ ask: (token, timeoutMs) => askTokenService(url, token, timeoutMs), check });
  const guests = guestSecrets === null ? null : createGuestTokens(guestSecrets);

  async function readGuest(token: string, currentDate = new Date()): Promise<Identity | null> {
    if (guests === null || !isGuestToken(token)) return null;
    try {
      const payload = await guests.verify(token, currentDate);
      const { userId, username, expiresAt, issuedAt } = claimsSchema.parse(payload);
      const identity = { user: { userId, username }, expiresAt, issuedAt, deviceHash: deviceHashOf(payload) };
      check(identity);
      return identity;
    } catch (cause) {
      throw asTokenError(cause);
    }
  }

  async function find(token: string, address: string): Promise<Identity> {
    const identity = await lookups.find(token, address);
    if (isGuestId(identity.user.userId)) {
      throw new EarshotError('TOKEN_INVALID', { message: 'The token names a guest but is not a guest token.' });
    }
    return identity;
  }

  async function readFormer(token: string): Promise<Identity> {
    const guest = await readGuest(token, renewableSince());
    if (guest === null) throw new EarshotError('TOKEN_INVALID');
    return guest;
  }

  return {
    checksTokens: true,
    identify: async ({ token }, address = '') => {
      if (token === undefined) return null;
      return (await readGuest(token)) ?? find(token, address);
    },
    guest: async (username, formerToken, deviceHash) => {
      if (guests === null) throw new EarshotError('GUESTS_NOT_ALLOWED');
      const former = formerToken === undefined ? null : await readFormer(formerToken);
      const user = { userId: former?.user.userId ?? newGuestId(), username };
      return { token: await guests.sign(user, former?.deviceHash ?? deviceHash), user };
    },
  };
}
