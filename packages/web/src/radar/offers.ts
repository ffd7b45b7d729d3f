import type { Location, NearbyRoom, RoomTarget } from '@earshot/client';
import { limits } from '@earshot/shared';
import { compareLiveliness, isLively } from './liveliness.ts';

/** Metres within which a join by location finds a room instead of creating one. */
export const joinRadius = limits.searchRadiusDefault;
/** Metres within which a request for a new room still joins the existing one. */
export const ownRadius = 500;

export interface Offer {
  /**
   * `create`: a new room. `join`: the nearest room. `joinLiveliest`: another one, where the nearest is quiet. `createAnother`: a new room although
   * others are near.
   */
  kind: 'create' | 'join' | 'joinLiveliest' | 'createAnother';
  target: RoomTarget;
}

/** Whether a room is too near for a new one to be opened here. */
export function isNewRoomBlocked([nearest]: readonly NearbyRoom[]): boolean {
  return nearest !== undefined && nearest.distance <= ownRadius;
}

interface Moment {
  currentRoomId: string | null;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The actions offered at this location, most likely first. `rooms` holds at least all within `joinRadius`, nearest first. */
export function offersHere(rooms: readonly NearbyRoom[], location: Location, moment: Moment): Offer[] {
  const inReach = rooms.filter(({ distance }) => distance <= joinRadius);
  const [nearest] = inReach;
  if (nearest === undefined) return [{ kind: 'create', target: { location } }];
  const offers: Offer[] = [];
  if (nearest.id !== moment.currentRoomId) {
    const liveliest = findLiveliest(inReach, moment);
    offers.push(
      liveliest === null
        ? { kind: 'join', target: { location } }
        : { kind: 'joinLiveliest', target: { roomId: liveliest.id } },
    );
  }
  if (nearest.distance > ownRadius) {
    offers.push({ kind: 'createAnother', target: { location, searchRadius: ownRadius } });
  }
  return offers;
}

/** The liveliest room; null if the nearest one is lively itself, no other is, or the user is in the liveliest one. */
function findLiveliest(inReach: readonly NearbyRoom[], { currentRoomId, now }: Moment): NearbyRoom | null {
  const [nearest] = inReach;
  const [liveliest] = inReach.toSorted(compareLiveliness);
  if (nearest === undefined || liveliest === undefined || isLively(nearest, now)) return null;
  return isLively(liveliest, now) && liveliest.id !== currentRoomId ? liveliest : null;
}
