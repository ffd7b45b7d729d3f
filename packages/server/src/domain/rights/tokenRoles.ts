import type { User } from '@earshot/shared';
import type { Logger } from '../../observe/logger.ts';
import type { Rule } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import type { OpenConnections } from '../openConnections.ts';
import { changeRule } from '../rules/changeRule.ts';
import type { RuleDraft } from '../rules/newRule.ts';
import { isSignedOut } from '../rules/revokedTokens.ts';
import { ruleId } from '../rules/ruleId.ts';
import type { RuleMirror } from '../rules/ruleMirror.ts';
import type { ServerRole } from '../serverRoles.ts';

interface TokenRolesOptions {
  rules: RuleMirror;
  openConnections: Pick<OpenConnections, 'rolesOf'>;
  log: Pick<Logger, 'warn'>;
}

/** What a token says. */
interface Claim {
  role: ServerRole | null;
  /** Null if it does not say when it was issued. */
  issuedAt: Date | null;
}

/** Milliseconds for which a role is known after it was noted, and the part of them after which it is noted again. */
const knownMs = 24 * 60 * 60 * 1_000;
const renewMs = knownMs / 2;

/**
 * The roles that tokens give to users, so that no weaker moderator can sanction them, wherever they are connected. The role in the token that was
 * issued last is noted as a rule, which all instances know for a day, or until the user signs out everywhere; its `createdAt` is when the token
 * was issued. A note gives no right.
 */
export class TokenRoles {
  readonly #options: TokenRolesOptions;
  /** The users and claims that are being noted. */
  readonly #pending = new Set<string>();

  constructor(options: TokenRolesOptions) {
    this.#options = options;
  }

  /** Notes the role in the token of a connection. */
  note(connection: Connection): void {
    const { rules, log } = this.#options;
    const { validUser: user, validRoles, issuedAt = null } = connection;
    const claim: Claim = { role: strongestOf(validRoles), issuedAt };
    if (user === null || (claim.role === null && rules.isEmpty) || !this.#isNews(claim, this.#noted(user.userId)))
      return;
    const key = JSON.stringify([user.userId, claim]);
    if (this.#pending.has(key)) return;
    this.#pending.add(key);
    const noted = changeRule({ rules }, noteId(user.userId), async (known) =>
      this.#isNews(claim, known) ? rules.replace(draftOf(user, claim, known), known) : {},
    );
    noted
      .catch((err: unknown) => log.warn({ err }, 'role in a token not noted (tried again with the next connection)'))
      .finally(() => this.#pending.delete(key));
  }

  /** The roles of a user by tokens. */
  of(userId: string): readonly ServerRole[] {
    const { rules, openConnections } = this.#options;
    const connected = openConnections.rolesOf(userId);
    const noted = this.#noted(userId);
    if (noted === undefined || isSignedOut(rules, { user: { userId }, issuedAt: noted.createdAt })) return connected;
    return noted.role === 'admin' || noted.role === 'moderator' ? [...connected, noted.role] : connected;
  }

  #noted(userId: string): Rule | undefined {
    return this.#options.rules.get(noteId(userId));
  }

  /** Whether to note what a token says. That it gives no role is noted only where one was known, so that an earlier token does not bring it back. */
  #isNews({ role, issuedAt }: Claim, known: Rule | undefined): boolean {
    if (known === undefined) return role !== null;
    if (issuedAt !== null && issuedAt > known.createdAt) return true;
    if (role === known.role) return (this.#options.rules.msLeft(known) ?? 0) < renewMs;
    // Without a time, a token that gives a role counts as the latest, and one that gives none as the earliest.
    return issuedAt === null && role !== null;
  }
}

const kind = 'tokenRole';
const scope = { type: 'server' } as const;

const noteId = (userId: string): string => ruleId({ kind, scope, subject: { type: 'user', userId } });

/** A token without a time counts as issued now, and one that only renews the note does not make it older. */
function draftOf(user: User, { role, issuedAt }: Claim, known: Rule | undefined): RuleDraft {
  const createdAt =
    issuedAt !== null && known && known.createdAt > issuedAt ? known.createdAt : (issuedAt ?? undefined);
  const subject = { type: 'user', userId: user.userId } as const;
  return { kind, scope, subject, role, actor: user, createdAt, lastsMs: knownMs };
}

function strongestOf(roles: readonly ServerRole[]): ServerRole | null {
  if (roles.includes('admin')) return 'admin';
  return roles.includes('moderator') ? 'moderator' : null;
}
