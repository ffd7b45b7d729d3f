import { identityHeaders } from '@earshot/shared';
import { EarshotClientError } from '../errors.ts';

/**
 * The identity of the client: a token, a function that returns one (called for each connection and before the token expires, or
 * for each request over HTTP), a name if the server does not check identities, or none. `userId` with a token is not sent: the
 * client uses it as the user of the token.
 */
export type IdentityOptions =
  | { token: string; getToken?: never; username?: never; userId?: string }
  | { getToken: () => string | Promise<string>; token?: never; username?: never; userId?: string }
  | { username: string; userId?: string; token?: never; getToken?: never }
  | { token?: never; getToken?: never; username?: never; userId?: never };

/** The credentials that are sent with a connection or request. */
export type Credentials = { token: string } | { username: string; userId?: string } | null;

/** A key for the user, to identify the author of a stored message; null if the options have none. */
export function senderOf({ userId, username }: IdentityOptions): string | null {
  if (userId !== undefined) return `id ${userId}`;
  return username === undefined ? null : `name ${username}`;
}

/** Returns the credentials for the next connection or request. Rejects with `NO_CREDENTIALS` when `getToken` fails. */
export async function getCredentials(options: IdentityOptions): Promise<Credentials> {
  if (options.getToken !== undefined) return { token: await callGetToken(options.getToken) };
  if (options.token !== undefined) return { token: options.token };
  if (options.username === undefined) return null;
  const { username, userId } = options;
  return userId === undefined ? { username } : { username, userId };
}

/** Calls `getToken`. Rejects with `NO_CREDENTIALS` when it fails. */
export async function callGetToken(getToken: () => string | Promise<string>): Promise<string> {
  try {
    return await getToken();
  } catch (cause) {
    throw new EarshotClientError('NO_CREDENTIALS', { cause });
  }
}

/** Credentials as HTTP headers. Names are percent-encoded UTF-8, because headers are Latin-1. */
export function credentialHeaders(credentials: Credentials): Record<string, string> {
  if (credentials === null) return {};
  if ('token' in credentials) return { authorization: `Bearer ${credentials.token}` };
  const { username, userId } = credentials;
  return {
    [identityHeaders.username]: encodeURIComponent(username),
    ...(userId !== undefined && { [identityHeaders.userId]: encodeURIComponent(userId) }),
  };
}
