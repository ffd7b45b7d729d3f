import { type GrantedRole, type Role, roles } from '@earshot/shared';
import type { Rule, RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { requireRoom } from '../requireRoom.ts';
import type { Services } from '../services.ts';
import { requireRight } from './requireRight.ts';

/** Lists the roles that were granted in exactly that scope, strongest first; in a room, first the user who made it. */
export async function listRoles(services: Services, connection: Connection, scope: RuleScope): Promise<GrantedRole[]> {
  services.budget.spend(connection, 'listRoles');
  await requireRight(services, connection, 'listRoles', { scope });
  const granted = services.rules.grantsIn(scope).flatMap(toGrantedRole).sort(byStrength);
  if (scope.type !== 'room') return granted;
  const { createdBy } = await requireRoom(services.store, scope.roomId);
  if (createdBy === null) return granted;
  const maker = { userId: createdBy, username: null, role: 'owner' as const, grantedBy: null, grantedAt: null };
  return [maker, ...granted.filter(({ userId }) => userId !== createdBy)];
}

export const isRole = (role: string | null): role is Role => roles.some((one) => one === role);

function toGrantedRole({ subject, subjectName: username, role, actor, createdAt }: Rule): GrantedRole[] {
  if (subject?.type !== 'user' || !isRole(role)) return [];
  return [{ userId: subject.userId, username, role, grantedBy: actor, grantedAt: createdAt }];
}

const byStrength = (a: GrantedRole, b: GrantedRole) =>
  roles.indexOf(a.role) - roles.indexOf(b.role) || (a.userId < b.userId ? -1 : 1);
