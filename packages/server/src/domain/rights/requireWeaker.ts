import { EarshotError, type Role, roles } from '@earshot/shared';
import type { Rule, RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import type { Action } from './actions.ts';
import { roleIn } from './roleIn.ts';

interface Concerned {
  /** The caller's role in the scope. */
  role: Role;
  subjectId: string;
  scope: RuleScope;
  action: Action;
}

export const isStronger = (role: Role, than: Role): boolean => roles.indexOf(role) < roles.indexOf(than);

/**
 * Throws `NOT_ALLOWED` if the user concerned has an equal or stronger role in the scope than the caller. Callers may act on themselves, and
 * admins may change the roles of other admins. The operator, whose id is empty, may do everything.
 */
export async function requireWeaker(
  services: Services,
  connection: Connection,
  { role, subjectId, scope, action }: Concerned,
): Promise<void> {
  if (subjectId === connection.userId || connection.userId === '') return;
  if (role === 'admin' && (action === 'grantRole' || action === 'withdrawRole')) return;
  const person = { userId: subjectId, roles: services.tokenRoles.of(subjectId) };
  const subjectRole = await roleIn(services, person, scope);
  if (isStronger(role, subjectRole)) return;
  throw new EarshotError('NOT_ALLOWED', {
    message: 'You can’t do that to a user whose role is equal to yours or stronger.',
  });
}

/**
 * Throws `NOT_ALLOWED` if a moderator with a stronger role than the caller's made the sanction, or if it is about the caller: then the caller may
 * neither lift it nor replace it.
 */
export function requireOwnSanctions(connection: Connection, role: Role | null, sanction: Rule | undefined): void {
  if (sanction === undefined) return;
  const { subject, role: madeBy } = sanction;
  if (subject?.type === 'user' && subject.userId === connection.userId) {
    throw new EarshotError('NOT_ALLOWED', { message: 'You can’t change a sanction of yours.' });
  }
  if (role === null || !roles.some((one) => one === madeBy && isStronger(one, role))) return;
  throw new EarshotError('NOT_ALLOWED', { message: 'A moderator with a stronger role decided this.' });
}
