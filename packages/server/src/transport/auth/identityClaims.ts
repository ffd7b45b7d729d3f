import { limits, lineSchema, nameClaims, userIdSchema, usernameSchema } from '@earshot/shared';
import { z } from 'zod';
import { readRoles } from '../../domain/serverRoles.ts';
import { leewaySeconds } from './tokenVerifier.ts';

/** `sub` is the user id. The name is the first of the usual claims that is present. */
export const claimsSchema = z
  .object({
    sub: userIdSchema,
    exp: z.number(),
    iat: z.unknown().optional(),
    username: z.string().optional(),
    name: z.string().optional(),
    preferred_username: z.string().optional(),
    roles: z.unknown().optional(),
  })
  .transform((claims) => ({
    userId: claims.sub,
    roles: readRoles(claims.roles),
    issuedAt: readIssuedAt(claims.iat),
    expiresAt: new Date((claims.exp + leewaySeconds) * 1_000),
    username: displayName(nameClaims.map((claim) => claims[claim])),
  }))
  .refine(({ expiresAt }) => !Number.isNaN(expiresAt.getTime()));

/** The time in an `iat`; null if there is none. Tokens without it count as issued before any sign-out. */
export function readIssuedAt(iat: unknown): Date | null {
  const time = new Date(typeof iat === 'number' ? iat * 1_000 : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}

const longLine = lineSchema(1_000);

/** The first valid name, cut to the maximum length: an issuer may allow longer names. */
export function displayName(names: readonly (string | undefined)[]): string {
  for (const name of names) {
    // The name is cleaned before it is cut, because invisible characters don't count.
    const clean = longLine.safeParse(name).data ?? '';
    const parsed = usernameSchema.safeParse([...clean].slice(0, limits.usernameChars).join(''));
    if (parsed.success) return parsed.data;
  }
  return 'Guest';
}
