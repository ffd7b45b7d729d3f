import { requireRoom } from '../requireRoom.ts';
import type { ServerRole } from '../serverRoles.ts';
import type { Services } from '../services.ts';
import type { Role } from './roles.ts';

/** A user, with the roles that their token gives them on the whole server. */
export interface Person {
  userId: string;
  roles: readonly ServerRole[];
}

/** Where an action takes place. */
export type Scope = 'server' | { roomId: string };

/** Returns the strongest role of a user in the scope. Throws `ROOM_GONE` or `ROOM_NOT_FOUND` if there is no such room. */
export async function roleIn(services: Services, { userId, roles }: Person, scope: Scope): Promise<Role> {
  if (roles.includes('admin')) return 'admin';
  if (roles.includes('moderator')) return 'moderator';
  if (scope === 'server') return 'visitor';
  const room = await requireRoom(services.store, scope.roomId);
  if (room.createdBy === userId) return 'owner';
  return (await isMember(services, scope.roomId, userId)) ? 'member' : 'visitor';
}

/** Resolves to whether the user is a member. A positive answer may be cached briefly. */
export function isMember({ store }: Services, roomId: string, userId: string): Promise<boolean> {
  return store.isMember(roomId, userId, { allowCached: true });
}
