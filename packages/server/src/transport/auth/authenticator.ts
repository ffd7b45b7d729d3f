import type { User } from '@earshot/shared';
import type { ServerRole } from '../../domain/serverRoles.ts';

/** The credentials that a client presents. */
export interface Credentials {
  token?: string | undefined;
  username?: string | undefined;
  userId?: string | undefined;
}

export interface Identity {
  user: User;
  /** When the identity expires; undefined if it doesn't. */
  expiresAt?: Date | undefined;
  /** The user's roles on the whole server. Guests have none. */
  roles?: readonly ServerRole[] | undefined;
}

export interface Authenticator {
  /** Whether tokens prove identities. Without tokens, a client is the user that it names. */
  readonly checksTokens: boolean;
  /**
   * The identity for the credentials; null if there are none. Throws `TOKEN_INVALID`, `TOKEN_EXPIRED`,
   * `TOKEN_NOT_YET_VALID`, `KEYS_UNAVAILABLE`, `AUTH_UNAVAILABLE` or `INVALID_INPUT`. `address`: the client's, as counted by limits.
   */
  identify(credentials: Credentials, address?: string): Promise<Identity | null>;
  /**
   * Issues a token for a guest of that name. The guest is new, or is the user of `formerToken`. Throws
   * `GUESTS_NOT_ALLOWED`. Throws `TOKEN_INVALID` or `TOKEN_EXPIRED` for a former token that isn't a guest token of this
   * server, or is too old.
   */
  guest(username: string, formerToken?: string): Promise<{ token: string; user: User }>;
}
