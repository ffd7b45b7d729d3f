import type { Role } from '@earshot/shared';
import { checkRoomRules, refuseBanned, refuseMuted, refuseNewcomer, takeTurn } from '../rules/gateChecks.ts';
import type { Services } from '../services.ts';
import type { Act, AllowedAct } from './act.ts';
import { isWrite } from './actions.ts';

/**
 * Throws an EarshotError to refuse the act. Returns a promise only if it must wait: most acts are sends of members to whom no rule applies,
 * and a check of these may cost no more than a look into memory.
 */
type Check<T extends Act> = (services: Services, act: T) => Promise<void> | undefined;

/** The checks before the right, in this order: who may do nothing at all. The caller may have no identity. */
export const checksBeforeRight: readonly Check<Act>[] = [refuseBanned, refuseNewcomer];

/** The checks after the right, in this order: rules of the room, rules about the user, the travel speed. */
export const checksAfterRight: readonly Check<AllowedAct>[] = [checkRoomRules, refuseMuted, requireReach];

/** The last checks: they use up what the act takes, so they are not repeated. */
export const checksThatCount: readonly Check<AllowedAct>[] = [takeTurn];

/** Returns a promise only if a check must wait. `from`: the index of the first check. */
export function runChecks<T extends Act>(
  checks: readonly Check<T>[],
  services: Services,
  act: T,
  from = 0,
): Promise<void> | undefined {
  for (let index = from; index < checks.length; index += 1) {
    const pending = checks[index]?.(services, act);
    if (pending) return pending.then(() => runChecks(checks, services, act, index + 1));
  }
  return undefined;
}

/** Throws `ROOM_TOO_FAR` if the user can't have reached the room: see `TravelGuard`. Moderators of areas and the server need not be there. */
function requireReach({ travelGuard }: Services, { connection, action, roomId, role }: AllowedAct) {
  if (travelGuard.isOff || roomId === null || !isWrite(action) || (role !== null && isFarModerator(role))) return;
  return travelGuard.requireReach(roomId, connection.user.userId);
}

const isFarModerator = (role: Role) => role === 'admin' || role === 'moderator' || role === 'areaModerator';
