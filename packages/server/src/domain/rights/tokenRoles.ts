import type { Logger } from '../../observe/logger.ts';
import type { Connection } from '../connection.ts';
import type { OpenConnections } from '../openConnections.ts';
import { isSignedOut } from '../rules/revokedTokens.ts';
import { ruleId } from '../rules/ruleId.ts';
import type { RuleMirror } from '../rules/ruleMirror.ts';
import type { ServerRole } from '../serverRoles.ts';

interface TokenRolesOptions {
  rules: RuleMirror;
  openConnections: Pick<OpenConnections, 'rolesOf'>;
  log: Pick<Logger, 'warn'>;
}

/** Milliseconds for which a role is known after it was noted, and the part of them after which it is noted again. */
const knownMs = 24 * 60 * 60 * 1_000;
const renewMs = knownMs / 2;

/**
 * The roles that tokens give to users, so that no weaker moderator can sanction them, wherever they are connected. A role in a token is noted as
 * a rule, which all instances know: for a day, until a newer token lacks it, or until the user signs out everywhere. A note gives no right.
 */
export class TokenRoles {
  readonly #options: TokenRolesOptions;
  /** The users whose role is being stored. */
  readonly #pending = new Set<string>();

  constructor(options: TokenRolesOptions) {
    this.#options = options;
  }

  /** Notes the role in the token of a connection. */
  note(connection: Connection): void {
    const { userId, validRoles, issuedAt } = connection;
    const role = strongestOf(validRoles);
    const { rules, log } = this.#options;
    if (userId === null || (role === null && rules.isEmpty) || this.#pending.has(userId)) return;
    const known = this.#noted(userId);
    const hasLostRole = role === null && known !== undefined && !!issuedAt && issuedAt > known.createdAt;
    const isNew = role !== null && (known?.role !== role || (rules.msLeft(known) ?? 0) < renewMs);
    if (!hasLostRole && !isNew) return;
    this.#pending.add(userId);
    const written = hasLostRole ? rules.lift(known) : this.#store(connection, role);
    written
      .catch((err: unknown) => log.warn({ err }, 'role in a token not noted (tried again with the next connection)'))
      .finally(() => this.#pending.delete(userId));
  }

  /** The roles of a user by tokens. */
  of(userId: string): readonly ServerRole[] {
    const { rules, openConnections } = this.#options;
    const connected = openConnections.rolesOf(userId);
    const noted = this.#noted(userId);
    if (noted === undefined || isSignedOut(rules, { user: { userId }, issuedAt: noted.createdAt })) return connected;
    return noted.role === 'admin' || noted.role === 'moderator' ? [...connected, noted.role] : connected;
  }

  #noted(userId: string) {
    return this.#options.rules.get(ruleId({ kind, scope, subject: { type: 'user', userId } }));
  }

  #store({ user }: Connection, role: ServerRole | null) {
    const subject = { type: 'user', userId: user.userId } as const;
    return this.#options.rules.put({ kind, scope, subject, role, actor: user, lastsMs: knownMs });
  }
}

const kind = 'tokenRole';
const scope = { type: 'server' } as const;

function strongestOf(roles: readonly ServerRole[]): ServerRole | null {
  if (roles.includes('admin')) return 'admin';
  return roles.includes('moderator') ? 'moderator' : null;
}
