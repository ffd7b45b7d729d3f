import type { Role } from '@earshot/shared';
import { isInArea } from '../../cells.ts';
import type { Rule, RuleScope } from '../../store/rules.ts';
import type { Store } from '../../store/store.ts';
import { requireRoom } from '../requireRoom.ts';
import type { RuleMirror } from '../rules/ruleMirror.ts';
import type { ServerRole } from '../serverRoles.ts';

/** Where roles come from: rules in memory, and the store. */
export interface RoleSources {
  readonly rules: Pick<RuleMirror, 'of'>;
  readonly store: Pick<Store, 'room' | 'wasRemoved' | 'isMember'>;
}

/** A user, with the roles that their token gives them on the whole server. */
export interface Person {
  userId: string;
  roles: readonly ServerRole[];
}

/**
 * Returns the strongest role of a user in the scope: from the token, granted, as the user who made the room, or as a member. A moderator of an
 * area has this role in every room of the area, and in that area itself. Throws `ROOM_GONE` or `ROOM_NOT_FOUND` if there is no such room.
 */
export async function roleIn(sources: RoleSources, person: Person, scope: RuleScope): Promise<Role> {
  const grants = grantsOf(sources, person.userId);
  const serverRole = serverRoleOf(person, grants);
  if (serverRole !== null && scope.type !== 'room') return serverRole;
  if (scope.type === 'server') return 'visitor';
  if (scope.type === 'area') return grants.some((grant) => isIn(grant, scope)) ? 'areaModerator' : 'visitor';
  const room = await requireRoom(sources.store, scope.roomId);
  if (serverRole !== null) return serverRole;
  const { cell } = room;
  if (cell !== null && grants.some((grant) => grant.scope.type === 'area' && isInArea(cell, grant.scope.cell))) {
    return 'areaModerator';
  }
  const inRoom = grants.filter((grant) => isIn(grant, scope)).map(({ role }) => role);
  if (room.createdBy === person.userId || inRoom.includes('owner')) return 'owner';
  if (inRoom.includes('roomModerator')) return 'roomModerator';
  return (await isMember(sources, scope.roomId, person.userId)) ? 'member' : 'visitor';
}

/** The roles that were granted to a user. */
export const grantsOf = ({ rules }: RoleSources, userId: string): readonly Rule[] =>
  rules.of({ type: 'user', userId }).filter(({ kind }) => kind === 'grant');

/** The stronger one of the roles in the token and those granted on the server. */
export function serverRoleOf({ roles }: Person, grants: readonly Rule[]): ServerRole | null {
  const has = (role: ServerRole) =>
    roles.includes(role) || grants.some((grant) => grant.role === role && grant.scope.type === 'server');
  return has('admin') ? 'admin' : has('moderator') ? 'moderator' : null;
}

/** Resolves to whether the user is a member. A positive answer may be cached briefly. */
export function isMember({ store }: Pick<RoleSources, 'store'>, roomId: string, userId: string): Promise<boolean> {
  return store.isMember(roomId, userId, { allowCached: true });
}

function isIn({ scope }: Rule, other: RuleScope): boolean {
  if (scope.type === 'area') return other.type === 'area' && scope.cell === other.cell;
  return scope.type === 'room' && other.type === 'room' && scope.roomId === other.roomId;
}
