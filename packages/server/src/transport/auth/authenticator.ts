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
  /** When its token was issued: null if the token doesn't say. Undefined without a token that proves it. */
  issuedAt?: Date | null | undefined;
  /** The user's roles on the whole server. Guests have none. */
  roles?: readonly ServerRole[] | undefined;
  /** The hash of the device in a guest's token. */
  deviceHash?: string | undefined;
}

/** Throws if a valid token may not be used any more: `TOKEN_REVOKED`. */
export type IdentityCheck = (identity: Pick<Identity, 'user' | 'issuedAt'>) => void;

export interface Authenticator {
  /** Whether tokens prove identities. Without tokens, a client is the user that it names. */
  readonly checksTokens: boolean;
  /**
   * The identity for the credentials; null if there are none. Throws `TOKEN_INVALID`, `TOKEN_EXPIRED`,
   * `TOKEN_NOT_YET_VALID`, `TOKEN_REVOKED`, `KEYS_UNAVAILABLE`, `AUTH_UNAVAILABLE` or `INVALID_INPUT`. `address`: the client's, as counted by limits.
   */
  identify(credentials: Credentials, address?: string): Promise<Identity | null>;
  /**
   * Issues a token for a guest of that name. The guest is new, or is the user of `formerToken`. The token has the device of the former
   * one, otherwise `deviceHash`; in open mode none. Throws `GUESTS_NOT_ALLOWED`. Throws `TOKEN_INVALID`, `TOKEN_EXPIRED` or `TOKEN_REVOKED`
   * for a former token that isn't a guest token of this server, is too old, or was issued before the guest signed out everywhere.
   */
  guest(username: string, formerToken?: string, deviceHash?: string): Promise<{ token: string; user: User }>;
}
