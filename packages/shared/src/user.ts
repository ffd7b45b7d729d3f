import { z } from 'zod';
import { locationSchema } from './geo.ts';
import { limits } from './limits.ts';
import { identifierSchema, lineSchema } from './text.ts';

export const userIdSchema = identifierSchema(limits.userIdChars);
export const usernameSchema = lineSchema(limits.usernameChars);

/** The public view of a user. */
export const userSchema = z.object({ userId: userIdSchema, username: usernameSchema });
export type User = z.infer<typeof userSchema>;

/**
 * `token`: an earlier token of the guest, valid or recently expired. The guest then stays the same user. `challenge` and `solution`: a proof
 * of work, if the server requires one. `device`: a random id of the browser or device. The server stores only a salted hash of it, in the
 * token: sanctions of one guest hold for other guests with the same device.
 */
export const guestInput = z.object({
  username: usernameSchema,
  token: z.string().optional(),
  device: z.string().min(16).max(64).optional(),
  challenge: z.string().max(128).optional(),
  solution: z.string().max(32).optional(),
});

const guestChallengeSchema = z.object({ challenge: z.string(), bits: z.number(), expiresInMs: z.number() });
/** A proof of work is a `solution` with which the SHA-256 of `CHALLENGE:SOLUTION` begins with `bits` zero bits. */
export type GuestChallenge = z.infer<typeof guestChallengeSchema>;

/** `token`: another token of the connection's user. */
export const refreshInput = z.object({ token: z.string() });

/**
 * `expiresInMs`: milliseconds until the identity of the connection expires; null if it doesn't. `checksTokens`: whether tokens prove the
 * identities of users. If so, users with the id of a guest (`isGuestId`) are guests, and all others have an account. If not, anybody may
 * have any name and id. `roles`: the user's roles on the whole server. `areas`: the centres of the areas that the user moderates. `rooms`: the
 * ids of rooms in which the user was granted a role. Of areas and rooms, the first 100.
 */
const sessionSchema = z.object({
  user: userSchema,
  expiresInMs: z.number().nullable(),
  checksTokens: z.boolean(),
  roles: z.array(z.enum(['admin', 'moderator'])),
  areas: z.array(locationSchema),
  rooms: z.array(z.string()),
});
/** The identity of a connection. */
export type Session = z.infer<typeof sessionSchema>;
