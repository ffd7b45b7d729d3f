import type { Location, NearbyRoom, RoomTarget } from '@earshot/client';

/** Metres within which a join by place finds a room instead of making one. */
export const joinRadius = 5_000;
/** Metres within which somebody who wants a room of their own is still led to the one that is there. */
export const ownRadius = 500;

export interface Offer {
  /** `open`: a new room. `join`: the nearest that there is. `openNew`: a new one, though others are not far. */
  kind: 'open' | 'join' | 'openNew';
  target: RoomTarget;
}

/** Whether a room is too near for a new one to be opened here. */
export function isNewRoomBlocked([nearest]: readonly NearbyRoom[]): boolean {
  return nearest !== undefined && nearest.distance <= ownRadius;
}

/** What can be done right here, the likeliest first. `rooms`: all within `joinRadius` at least, nearest first. */
export function offersHere(rooms: readonly NearbyRoom[], place: Location, currentRoomId: string | null): Offer[] {
  const [nearest] = rooms.filter(({ distance }) => distance <= joinRadius);
  if (nearest === undefined) return [{ kind: 'open', target: { location: place } }];
  const offers: Offer[] = [];
  if (nearest.id !== currentRoomId) offers.push({ kind: 'join', target: { location: place } });
  if (nearest.distance > ownRadius) {
    offers.push({ kind: 'openNew', target: { location: place, searchRadius: ownRadius } });
  }
  return offers;
}
