import { EarshotError, type User } from '@earshot/shared';
import type { RuleMirror } from './ruleMirror.ts';

/** A user, and when their token was issued: null if it doesn't say, undefined if no token proves the identity. */
interface SignedIn {
  user: Pick<User, 'userId'>;
  issuedAt?: Date | null | undefined;
}

/** Throws `TOKEN_REVOKED` if the token was issued before its user signed out everywhere. */
export function requireNotSignedOut(rules: RuleMirror, identity: SignedIn): void {
  if (isSignedOut(rules, identity)) throw new EarshotError('TOKEN_REVOKED');
}

/** Tokens that don't say when they were issued count as issued before. */
export function isSignedOut(rules: RuleMirror, { user, issuedAt }: SignedIn): boolean {
  if (rules.isEmpty || issuedAt === undefined) return false;
  return rules
    .of({ type: 'user', userId: user.userId })
    .some(({ kind, createdAt }) => kind === 'signOut' && (issuedAt === null || issuedAt < createdAt));
}
