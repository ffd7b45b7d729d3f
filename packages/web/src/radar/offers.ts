import type { Location, NearbyRoom, RoomTarget } from '@earshot/client';
import { limits } from '@earshot/shared';

/** Metres within which a join by location finds a room instead of creating one. */
export const joinRadius = limits.searchRadiusDefault;
/** Metres within which a request for a new room still joins the existing one. */
export const ownRadius = 500;

export interface Offer {
  /** `create`: a new room. `join`: the nearest room. `createAnother`: a new room although others are near. */
  kind: 'create' | 'join' | 'createAnother';
  target: RoomTarget;
}

/** Whether a room is too near for a new one to be opened here. */
export function isNewRoomBlocked([nearest]: readonly NearbyRoom[]): boolean {
  return nearest !== undefined && nearest.distance <= ownRadius;
}

/** The actions offered at this location, most likely first. `rooms` holds at least all within `joinRadius`, nearest first. */
export function offersHere(rooms: readonly NearbyRoom[], location: Location, currentRoomId: string | null): Offer[] {
  const [nearest] = rooms.filter(({ distance }) => distance <= joinRadius);
  if (nearest === undefined) return [{ kind: 'create', target: { location } }];
  const offers: Offer[] = [];
  if (nearest.id !== currentRoomId) offers.push({ kind: 'join', target: { location } });
  if (nearest.distance > ownRadius) {
    offers.push({ kind: 'createAnother', target: { location, searchRadius: ownRadius } });
  }
  return offers;
}
