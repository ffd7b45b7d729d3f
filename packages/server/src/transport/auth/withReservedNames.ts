import { isGuestId } from '@earshot/shared';
import type { ReservedNames } from '../../domain/reservedNames.ts';
import type { Authenticator } from './authenticator.ts';

/**
 * Refuses reserved names of guests, and of all users in open mode, with `NAME_RESERVED`. The names in other tokens are the business of their issuer,
 * and moderators must be able to use theirs.
 */
export function withReservedNames(inner: Authenticator, names: ReservedNames): Authenticator {
  return {
    checksTokens: inner.checksTokens,
    identify: async (credentials, address) => {
      const identity = await inner.identify(credentials, address);
      if (identity !== null && (!inner.checksTokens || isGuestId(identity.user.userId))) {
        names.requireFree(identity.user.username);
      }
      return identity;
    },
    guest: async (username, formerToken, deviceHash) => {
      const guest = await inner.guest(username, formerToken, deviceHash);
      names.requireFree(guest.user.username);
      return guest;
    },
  };
}
