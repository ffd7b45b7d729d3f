import type { OwnRole, Session } from '@earshot/shared';
import { cellCentre } from '../../cells.ts';
import type { RuleScope } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import { requireRight } from './requireRight.ts';
import { grantsOf, roleIn, serverRoleOf } from './roleIn.ts';

/** The most rooms and areas that are listed. */
const listedMax = 100;

/** The roles of the caller on the server, in areas and in rooms, as far as they were granted or are in the token. */
export function ownRoles(
  services: Services,
  { user: { userId }, roles }: Connection,
): Pick<Session, 'roles' | 'areas' | 'rooms'> {
  const grants = grantsOf(services, userId);
  const role = serverRoleOf({ userId, roles }, grants);
  const scopes = grants.map(({ scope }) => scope);
  const areas = scopes.flatMap((scope) => (scope.type === 'area' ? [cellCentre(scope.cell)] : []));
  const rooms = scopes.flatMap((scope) => (scope.type === 'room' ? [scope.roomId] : []));
  return { roles: role === null ? [] : [role], areas: areas.slice(0, listedMax), rooms: rooms.slice(0, listedMax) };
}

/** Returns the caller's strongest role in the scope. */
export async function ownRole(services: Services, connection: Connection, scope: RuleScope): Promise<OwnRole> {
  services.budget.spend(connection, 'readOwnRole');
  await requireRight(services, connection, 'readOwnRole', { scope });
  const { roles, user } = connection;
  return { role: await roleIn(services, { userId: user.userId, roles }, scope) };
}
