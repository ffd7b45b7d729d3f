import { createHash } from 'node:crypto';
import {
  EarshotError,
  isGuestId,
  limits,
  lineSchema,
  nameClaims,
  type User,
  userIdSchema,
  usernameSchema,
  userSchema,
} from '@earshot/shared';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import type { AuthConfig } from '../../config/config.ts';
import { createGuestTokens, isFormerGuest, isGuestToken, newGuestId } from './guestTokens.ts';
import { asTokenError } from './tokenErrors.ts';
import { leewaySeconds, publishedKeysVerifier, secretVerifier } from './tokenVerifier.ts';

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
}

export interface Authenticator {
  /** Whether tokens prove identities. Without tokens, a client is the user that it names. */
  readonly checksTokens: boolean;
  /** The identity for the credentials; null if there are none. Throws `TOKEN_INVALID`, `TOKEN_EXPIRED` or `INVALID_INPUT`. */
  identify(credentials: Credentials): Promise<Identity | null>;
  /**
   * Issues a token for a guest of that name. The guest is new, or is the user of `formerToken`. Throws
   * `GUESTS_NOT_ALLOWED`. Throws `TOKEN_INVALID` or `TOKEN_EXPIRED` for a former token that isn't a guest token of this
   * server, or is too old.
   */
  guest(username: string, formerToken?: string): Promise<{ token: string; user: User }>;
}

/** Milliseconds after its expiry in which a guest token can still be renewed, so a guest who was away keeps the user id. */
const renewableMs = 30 * 24 * 60 * 60_000;

export function createAuthenticator(config: AuthConfig): Authenticator {
  return config.mode === 'open' ? openAuthenticator(config) : jwtAuthenticator(config);
}

function requireGuests(allowed: boolean): void {
  if (!allowed) throw new EarshotError('GUESTS_NOT_ALLOWED');
}

/** Open mode: a name is enough. Only guests have tokens: the user as JSON in base64url, unsigned, because nothing is verified. */
function openAuthenticator({ allowGuests }: AuthConfig): Authenticator {
  return {
    checksTokens: false,
    identify: async ({ token, username, userId }) => {
      if (token !== undefined) return { user: readOpenToken(token) };
      if (username === undefined) return null;
      const name = parseCredential('username', usernameSchema, username);
      return { user: { userId: userId === undefined ? idOfName(name) : readUserId(userId), username: name } };
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
  return `name-${createHash('sha256').update(username.toLowerCase()).digest('hex').slice(0, 24)}`;
}

function parseCredential<T>(field: string, schema: z.ZodType<T>, value: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EarshotError('INVALID_INPUT', { message: `${field}: ${parsed.error.issues[0]?.message ?? 'not valid'}` });
}

/** `sub` is the user id. The name is the first of the usual claims that is present. */
const claimsSchema = z
  .object({
    sub: userIdSchema,
    exp: z.number(),
    username: z.string().optional(),
    name: z.string().optional(),
    preferred_username: z.string().optional(),
  })
  .transform((claims) => ({
    userId: claims.sub,
    expiresAt: new Date((claims.exp + leewaySeconds) * 1_000),
    username: displayName(nameClaims.map((claim) => claims[claim])),
  }))
  .refine(({ expiresAt }) => !Number.isNaN(expiresAt.getTime()));

const longLine = lineSchema(1_000);

/** The first valid name, cut to the maximum length: an issuer may allow longer names. */
function displayName(names: readonly (string | undefined)[]): string {
  for (const name of names) {
    // The name is cleaned before it is cut, because invisible characters don't count.
    const clean = longLine.safeParse(name).data ?? '';
    const parsed = usernameSchema.safeParse([...clean].slice(0, limits.usernameChars).join(''));
    if (parsed.success) return parsed.data;
  }
  return 'Guest';
}

/** JWT mode: every token is verified, and must have a user and an expiry. */
function jwtAuthenticator(config: Extract<AuthConfig, { mode: 'jwt' }>): Authenticator {
  const { key, issuer, audience, allowGuests } = config;
  const verify = 'secret' in key ? secretVerifier(key.secret) : publishedKeysVerifier(key.jwksUrl);
  const guests = 'secret' in key ? createGuestTokens(key.secret) : null;
  const checks = { ...(issuer && { issuer }), ...(audience && { audience }) };

  /** Verifies a token issued by the operator, as of `currentDate`, and returns its claims. Only former guest tokens may have guest ids. */
  async function verifyForeign(token: string, currentDate: Date): Promise<JWTPayload> {
    const payload = await verify(token, { ...checks, currentDate });
    if (guests !== null && isGuestId(payload.sub) && !isFormerGuest(token, payload)) {
      throw new EarshotError('TOKEN_INVALID', { message: 'The token names a guest but is not a guest token.' });
    }
    return payload;
  }

  /** Reads a token's identity, as of `currentDate`. */
  async function read(token: string, currentDate = new Date()) {
    try {
      const isGuest = guests !== null && isGuestToken(token);
      const payload = await (isGuest ? guests.verify(token, currentDate) : verifyForeign(token, currentDate));
      return { ...claimsSchema.parse(payload), isGuest: isGuest || isFormerGuest(token, payload) };
    } catch (cause) {
      throw asTokenError(cause);
    }
  }

  async function guestUserId(formerToken: string): Promise<string> {
    const { userId, isGuest } = await read(formerToken, new Date(Date.now() - renewableMs));
    // Tokens that aren't guest tokens come from another issuer, which must issue the next one too.
    if (!isGuest) throw new EarshotError('TOKEN_INVALID');
    return userId;
  }

  return {
    checksTokens: true,
    identify: async ({ token }) => {
      if (token === undefined) return null;
      const { userId, username, expiresAt } = await read(token);
      return { user: { userId, username }, expiresAt };
    },
    guest: async (username, formerToken) => {
      if (guests === null) throw new EarshotError('GUESTS_NOT_ALLOWED');
      requireGuests(allowGuests);
      const userId = formerToken === undefined ? newGuestId() : await guestUserId(formerToken);
      return { token: await guests.sign(userId, username), user: { userId, username } };
    },
  };
}
