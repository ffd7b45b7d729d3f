import { userIdSchema } from '@earshot/shared';
import { z } from 'zod';
import { readRoles } from '../../domain/serverRoles.ts';
import type { Identity } from './authenticator.ts';
import { displayName, readIssuedAt } from './identityClaims.ts';
import { leewaySeconds } from './tokenVerifier.ts';

/** Many services write `null` for a field without a value. */
const optional = <T>(schema: z.ZodType<T>) => schema.nullish().transform((value) => value ?? undefined);

const answerSchema = z
  .object({
    user_id: optional(userIdSchema),
    sub: optional(userIdSchema),
    username: optional(z.string()),
    name: optional(z.string()),
    exp: optional(z.number().positive()),
    iat: z.unknown().optional(),
    roles: z.unknown().optional(),
  })
  .transform(({ user_id, sub, username, name, exp, iat, roles }, context) => {
    const userId = user_id ?? sub;
    if (userId === undefined) {
      context.addIssue({ code: 'custom', message: 'missing', path: ['user_id'] });
      return z.NEVER;
    }
    const user = { userId, username: displayName([username, name, userId]) };
    const expiresAt = exp === undefined ? undefined : new Date((exp + leewaySeconds) * 1_000);
    if (Number.isNaN(expiresAt?.getTime())) context.addIssue({ code: 'custom', message: 'too far', path: ['exp'] });
    return { user, expiresAt, issuedAt: readIssuedAt(iat), roles: readRoles(roles) };
  });

/**
 * The identity in an answer of the authentication service. For an invalid answer, its problem: the
 * names of fields, without their values, which may be personal data.
 */
export function readServiceAnswer(text: string): { identity: Identity } | { problem: string } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { problem: 'not JSON' };
  }
  const parsed = answerSchema.safeParse(answer);
  if (parsed.success) return { identity: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`);
  return { problem: problems.slice(0, 5).join('; ') };
}
