import { EarshotError, type Role, roles } from '@earshot/shared';
import type { RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { noRoles } from '../serverRoles.ts';
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
 * admins may change the roles of other admins. Roles in the token of the user concerned are not known here.
 */
export async function requireWeaker(
  services: Services,
  connection: Connection,
  { role, subjectId, scope, action }: Concerned,
): Promise<void> {
  if (subjectId === connection.userId) return;
  if (role === 'admin' && (action === 'grantRole' || action === 'withdrawRole')) return;
  const subjectRole = await roleIn(services, { userId: subjectId, roles: noRoles }, scope);
  if (isStronger(role, subjectRole)) return;
  throw new EarshotError('NOT_ALLOWED', {
    message: 'You can’t do that to a user whose role is equal to yours or stronger.',
  });
}
