import { EarshotError, isGuestId } from '@earshot/shared';
import type { JWTPayload } from 'jose';
import type { AuthConfig } from '../../config/config.ts';
import { noRoles } from '../../domain/serverRoles.ts';
import type { Authenticator, Identity, IdentityCheck } from './authenticator.ts';
import {
  createGuestTokens,
  deviceHashOf,
  isFormerGuest,
  isGuestToken,
  newGuestId,
  renewableSince,
  requireGuests,
} from './guestTokens.ts';
import { claimsSchema } from './identityClaims.ts';
import { asTokenError } from './tokenErrors.ts';
import { publishedKeysVerifier, secretsVerifier } from './tokenVerifier.ts';
import { type VerifiedToken, VerifiedTokens } from './verifiedTokens.ts';

interface ReadToken extends VerifiedToken {
  isGuest: boolean;
}

/** JWT mode: each token is verified, or was verified before with the same secrets, and must have a user and an expiry. */
export function jwtAuthenticator(config: Extract<AuthConfig, { mode: 'jwt' }>, check: IdentityCheck): Authenticator {
  const { key, issuer, audience, allowGuests } = config;
  const verify = 'secrets' in key ? secretsVerifier(key.secrets) : publishedKeysVerifier(key.jwksUrl);
  const guests = 'secrets' in key ? createGuestTokens(key.secrets) : null;
  // Null with published keys: they may be withdrawn, so each token is verified again.
  const verifiedTokens = 'secrets' in key ? new VerifiedTokens() : null;
  const checks = { ...(issuer && { issuer }), ...(audience && { audience }) };

  /** Verifies a token issued by the operator, as of `currentDate`, and returns its claims. Only former guest tokens may have guest ids. */
  async function verifyForeign(token: string, currentDate: Date): Promise<JWTPayload> {
    const payload = await verify(token, { ...checks, currentDate });
    if (isGuestId(payload.sub) && (guests === null || !isFormerGuest(token, payload))) {
      throw new EarshotError('TOKEN_INVALID', { message: 'The token names a guest but is not a guest token.' });
    }
    return payload;
  }

  /** Reads a token's identity, as of `currentDate`. */
  async function read(token: string, currentDate = new Date()): Promise<ReadToken> {
    try {
      const payload = await (guests !== null && isGuestToken(token)
        ? guests.verify(token, currentDate)
        : verifyForeign(token, currentDate));
      const { userId, username, roles, ...times } = claimsSchema.parse(payload);
      const isGuest = isGuestId(userId);
      const ofGuest = isGuest && { roles: noRoles, deviceHash: deviceHashOf(payload) };
      const identity = { user: { userId, username }, roles, ...times, ...ofGuest };
      check(identity);
      return { identity, isGuest, notBefore: payload.nbf };
    } catch (cause) {
      throw asTokenError(cause);
    }
  }

  /** Returns the identity of a token. A token that was verified recently is not verified again. */
  async function identityOf(token: string): Promise<Identity> {
    const known = verifiedTokens?.identityOf(token);
    if (known) {
      check(known);
      return known;
    }
    const verified = await read(token);
    verifiedTokens?.add(token, verified);
    return verified.identity;
  }

  async function readGuest(formerToken: string): Promise<Identity> {
    const { identity, isGuest } = await read(formerToken, renewableSince());
    // Tokens that aren't guest tokens come from another issuer, which must issue the next one too.
    if (!isGuest) throw new EarshotError('TOKEN_INVALID');
    return identity;
  }

  return {
    checksTokens: true,
    identify: async ({ token }) => (token === undefined ? null : identityOf(token)),
    guest: async (username, formerToken, deviceHash) => {
      if (guests === null) throw new EarshotError('GUESTS_NOT_ALLOWED');
      requireGuests(allowGuests);
      const former = formerToken === undefined ? null : await readGuest(formerToken);
      const user = { userId: former?.user.userId ?? newGuestId(), username };
      return { token: await guests.sign(user, former?.deviceHash ?? deviceHash), user };
    },
  };
}
