import { EarshotClientError } from './errors.ts';

/**
 * Who the client speaks for: a token, a function that gets one (asked again for each connection, or each request over
 * HTTP), a name where the server takes names unchecked, or nobody. Beside a token, `userId` is not sent: it tells the
 * client whom the token names.
 */
export type IdentityOptions =
  | { token: string; getToken?: never; username?: never; userId?: string }
  | { getToken: () => string | Promise<string>; token?: never; username?: never; userId?: string }
  | { username: string; userId?: string; token?: never; getToken?: never }
  | { token?: never; getToken?: never; username?: never; userId?: never };

/** What a connection is opened with. */
export type Credentials = { token: string } | { username: string; userId?: string } | null;

/** Names the user, to tell whose a kept message is; null where the options don't say. */
export function senderOf({ userId, username }: IdentityOptions): string | null {
  if (userId !== undefined) return `id ${userId}`;
  return username === undefined ? null : `name ${username}`;
}

/** Gets the credentials for the next connection or request. Rejects with `NO_CREDENTIALS` when `getToken` fails. */
export async function getCredentials(options: IdentityOptions): Promise<Credentials> {
  if (options.getToken !== undefined) return { token: await callGetToken(options.getToken) };
  if (options.token !== undefined) return { token: options.token };
  if (options.username === undefined) return null;
  const { username, userId } = options;
  return userId === undefined ? { username } : { username, userId };
}

async function callGetToken(getToken: () => string | Promise<string>): Promise<string> {
  try {
    return await getToken();
  } catch (cause) {
    throw new EarshotClientError('NO_CREDENTIALS', { cause });
  }
}

/** Credentials as HTTP headers. Names are percent-encoded UTF-8, because a header holds Latin-1 only. */
export function credentialHeaders(credentials: Credentials): Record<string, string> {
  if (credentials === null) return {};
  if ('token' in credentials) return { authorization: `Bearer ${credentials.token}` };
  const { username, userId } = credentials;
  return {
    'x-earshot-username': encodeURIComponent(username),
    ...(userId !== undefined && { 'x-earshot-user-id': encodeURIComponent(userId) }),
  };
}
