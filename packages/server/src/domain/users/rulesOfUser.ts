import type { GrantedRole, Sanction, Scope } from '@earshot/shared';
import type { Rule } from '../../store/rules.ts';
import { toSanction } from '../moderation/sanctions.ts';
import { isRole } from '../rights/listRoles.ts';
import { publicScope } from '../rules/publicScope.ts';
import { isSanction } from '../rules/ruleIndex.ts';
import type { Services } from '../services.ts';
import { roomsInScope, type UserRequest } from './userScope.ts';

/** The most rules about a user, newest first. */
const rulesMax = 100;

interface UserRules {
  roles: { scope: Scope; role: GrantedRole['role']; grantedBy: Rule['actor']; grantedAt: Date }[];
  sanctions: Sanction[];
  /** The name in one of the rules, if any has one. */
  username: string | null;
}

/** Returns the roles and sanctions of a user in the scope, and in its rooms. */
export async function rulesOfUser(services: Services, { scope, userId }: UserRequest): Promise<UserRules> {
  const all = services.rules
    .of({ type: 'user', userId })
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, rulesMax);
  const inScope = await roomsInScope(
    services,
    scope,
    all.flatMap((rule) => (rule.scope.type === 'room' ? [rule.scope.roomId] : [])),
  );
  const rules = all.filter((rule) => {
    if (scope.type === 'server') return true;
    if (rule.scope.type === 'room') return inScope.has(rule.scope.roomId);
    return rule.scope.type === 'area' && scope.type === 'area' && rule.scope.cell === scope.cell;
  });
  return {
    roles: rules.flatMap(({ kind, scope: of, role, actor, createdAt }) =>
      kind === 'grant' && isRole(role)
        ? [{ scope: publicScope(of), role, grantedBy: actor, grantedAt: createdAt }]
        : [],
    ),
    sanctions: rules.filter(isSanction).map(toSanction),
    username: rules.find(({ subjectName }) => subjectName !== null)?.subjectName ?? null,
  };
}
