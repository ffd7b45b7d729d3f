import { hash } from 'node:crypto';
import { EarshotError, limits, type User, userIdSchema, usernameSchema, userSchema } from '@earshot/shared';
import type { z } from 'zod';
import { LatestEntries } from '../../async/latestEntries.ts';
import type { AuthConfig } from '../../config/config.ts';
import type { Authenticator } from './authenticator.ts';
import { newGuestId, requireGuests } from './guestTokens.ts';

/** Maximum number of cached users, about 2 MB: users who return together have the names that they had. */
const cachedMax = 10_000;

/** Open mode: a name is enough. Only guests have tokens: the user as JSON in base64url, unsigned, because nothing is verified. */
export function openAuthenticator({ allowGuests }: Pick<AuthConfig, 'allowGuests'>): Authenticator {
  const cached = new LatestEntries<string, User>(cachedMax);

  function userNamed(username: string): User {
    const known = cached.get(username);
    if (known) return known;
    const name = parseCredential('username', usernameSchema, username);
    const user = { userId: idOfName(name), username: name };
    if (username.length <= limits.usernameChars) cached.set(username, user);
    return user;
  }

  return {
    checksTokens: false,
    identify: async ({ token, username, userId }) => {
      if (token !== undefined) return { user: readOpenToken(token) };
      if (username === undefined) return null;
      if (userId === undefined) return { user: userNamed(username) };
      return { user: { userId: readUserId(userId), username: parseCredential('username', usernameSchema, username) } };
    },
    guest: async (username, formerToken) => {
      requireGuests(allowGuests);
      const userId = formerToken === undefined ? newGuestId() : readOpenToken(formerToken).userId;
      const user = { userId, username };
      return { token: Buffer.from(JSON.stringify(user)).toString('base64url'), user };
    },
  };
}

function readOpenToken(token: string): User {
  try {
    return userSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new EarshotError('TOKEN_INVALID', { cause });
  }
}

const readUserId = (userId: string) => parseCredential('userId', userIdSchema, userId);

/** One name (in any case) has one user id, on every instance and after every restart. */
function idOfName(username: string): string {
  return `name-${hash('sha256', username.toLowerCase(), 'hex').slice(0, 24)}`;
}

function parseCredential<T>(field: string, schema: z.ZodType<T>, value: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EarshotError('INVALID_INPUT', { message: `${field}: ${parsed.error.issues[0]?.message ?? 'not valid'}` });
}
