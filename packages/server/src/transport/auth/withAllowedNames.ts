import type { WordFilter } from '../../domain/screening/wordFilter.ts';
import type { Authenticator, Identity } from './authenticator.ts';

/**
 * An authenticator that refuses names with blocked words where users choose them: as guests, and in open mode. Names in the tokens of an
 * issuer are masked instead: their users could not change them here, and would be shut out.
 */
export function withAllowedNames(authenticator: Authenticator, wordFilter: WordFilter): Authenticator {
  const allowed = (identity: Identity): Identity => {
    const { user } = identity;
    if (!authenticator.checksTokens) wordFilter.requireName(user.username);
    const username = wordFilter.maskName(user.username);
    return username === user.username ? identity : { ...identity, user: { ...user, username } };
  };
  return {
    checksTokens: authenticator.checksTokens,
    identify: async (credentials, address) => {
      const identity = await authenticator.identify(credentials, address);
      return identity === null || wordFilter.isOff ? identity : allowed(identity);
    },
    guest: async (username, formerToken, deviceHash) => {
      wordFilter.requireName(username);
      return authenticator.guest(username, formerToken, deviceHash);
    },
  };
}
