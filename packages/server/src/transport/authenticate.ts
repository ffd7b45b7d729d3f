import { createHash } from 'node:crypto';
import { EarshotError, limits, lineSchema, type User, userIdSchema, usernameSchema, userSchema } from '@earshot/shared';
import { errors, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { AuthConfig } from '../config.ts';
import { createGuestTokens, isFormerGuest, isGuestId, isGuestToken, newGuestId } from './guestTokens.ts';
import { leewaySeconds, publishedKeysVerifier, secretVerifier } from './tokenVerifier.ts';

/** What a client shows to say who it is. */
export interface Credentials {
  token?: string | undefined;
  username?: string | undefined;
  userId?: string | undefined;
}

export interface Identity {
  user: User;
  /** When it runs out, if it does. */
  expiresAt?: Date | undefined;
}

export interface Authenticator {
  /** Whether identities are proven by tokens; else whoever names a user is taken for that user. */
  readonly checksTokens: boolean;
  /** The identity shown, or null where none was. Throws `TOKEN_INVALID`, `TOKEN_EXPIRED` or `INVALID_INPUT`. */
  identify(credentials: Credentials): Promise<Identity | null>;
  /**
   * A token for a guest of that name: somebody new, or whom a former guest's token names. Throws `GUESTS_NOT_ALLOWED`, and
   * `TOKEN_INVALID` or `TOKEN_EXPIRED` for a former token that is no guest's of this server, or too old.
   */
  guest(username: string, formerToken?: string): Promise<{ token: string; user: User }>;
}

/** Milliseconds after its end in which a guest's token still gets another one: who was away for a while is the same guest. */
const renewableMs = 30 * 24 * 60 * 60_000;

export function createAuthenticator(config: AuthConfig): Authenticator {
  return config.mode === 'open' ? openAuthenticator(config) : jwtAuthenticator(config);
}

/** Whether tokens that an identity provider gave out for other applications are taken. */
export function acceptsForeignTokens(config: AuthConfig): boolean {
  return config.mode === 'jwt' && 'jwksUrl' in config.key && config.audience === undefined;
}

export const foreignTokensWarning =
  'JWKS_URL without JWT_AUDIENCE: tokens that were given out for any other application of the same provider are accepted here too (set JWT_AUDIENCE to what your tokens have in `aud`)';

function requireGuests(allowed: boolean): void {
  if (!allowed) throw new EarshotError('GUESTS_NOT_ALLOWED');
}

/** Open mode: a name is enough. Tokens, which only guests have, are the user in base64url: there is nothing to prove. */
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

/** The same name is the same user, on every instance and after every restart. */
function idOfName(username: string): string {
  return `name-${createHash('sha256').update(username.toLowerCase()).digest('hex').slice(0, 24)}`;
}

function parseCredential<T>(field: string, schema: z.ZodType<T>, value: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EarshotError('INVALID_INPUT', { message: `${field}: ${parsed.error.issues[0]?.message ?? 'not valid'}` });
}

/** `sub` is the user id; the name comes from the first of the usual claims that is there. */
const claimsSchema = z
  .object({
    sub: userIdSchema,
    exp: z.number(),
    username: z.string().optional(),
    name: z.string().optional(),
    preferred_username: z.string().optional(),
  })
  .transform(({ sub, exp, username, name, preferred_username }) => ({
    userId: sub,
    expiresAt: new Date((exp + leewaySeconds) * 1_000),
    username: displayName(username, name, preferred_username, sub),
  }))
  .refine(({ expiresAt }) => !Number.isNaN(expiresAt.getTime()));

const longLine = lineSchema(1_000);

/** The first of these that can be a name, cut to the length of one: who gave out the token may allow longer ones. */
function displayName(...names: (string | undefined)[]): string {
  for (const name of names) {
    // Cleaned before it is cut: invisible characters don't count.
    const clean = longLine.safeParse(name).data ?? '';
    const parsed = usernameSchema.safeParse([...clean].slice(0, limits.usernameChars).join(''));
    if (parsed.success) return parsed.data;
  }
  return 'somebody';
}

/** JWT mode: every token is checked, and names a user and an end. */
function jwtAuthenticator(config: Extract<AuthConfig, { mode: 'jwt' }>): Authenticator {
  const { key, issuer, audience, allowGuests } = config;
  const verify = 'secret' in key ? secretVerifier(key.secret) : publishedKeysVerifier(key.jwksUrl);
  const guests = 'secret' in key ? createGuestTokens(key.secret) : null;
  const checks = { ...(issuer && { issuer }), ...(audience && { audience }) };

  /** The claims of a token of the operator's, as of `currentDate`. Only former guests have ids of guests. */
  async function verifyForeign(token: string, currentDate: Date): Promise<JWTPayload> {
    const payload = await verify(token, { ...checks, currentDate });
    if (guests !== null && isGuestId(payload.sub) && !isFormerGuest(token, payload)) {
      throw new EarshotError('TOKEN_INVALID', { message: 'The token names a guest, and is none of a guest’s.' });
    }
    return payload;
  }

  /** What a token says, as of `currentDate`. */
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
    // Whoever else has a token has it from elsewhere, and must get the next one there.
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

/** The longest wait that a client is asked for, in milliseconds. */
const retryAfterMaxMs = 60_000;

/** jose's errors that say something of the token; all others are of the place where keys are fetched. */
const tokenErrors = [
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
];

function asTokenError(cause: unknown): EarshotError {
  if (cause instanceof EarshotError) return cause;
  if (cause instanceof errors.JWTExpired) return new EarshotError('TOKEN_EXPIRED', { cause });
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'nbf' && cause.reason === 'check_failed') {
    return new EarshotError('TOKEN_NOT_YET_VALID', { retryAfterMs: msUntilValid(cause.payload.nbf), cause });
  }
  if (cause instanceof errors.JWTClaimValidationFailed || cause instanceof z.ZodError) {
    return new EarshotError('TOKEN_INVALID', {
      message: 'The token lacks a claim, or has one that is not valid.',
      cause,
    });
  }
  const invalid = tokenErrors.some((kind) => cause instanceof kind);
  return new EarshotError(invalid ? 'TOKEN_INVALID' : 'KEYS_UNAVAILABLE', { cause });
}

/** Milliseconds until a token is valid, or after which to ask again. */
function msUntilValid(nbf = 0): number {
  return Math.min(Math.max(0, (nbf - leewaySeconds) * 1_000 - Date.now()), retryAfterMaxMs);
}
