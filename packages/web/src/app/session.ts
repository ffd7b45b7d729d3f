import type { Location, User } from '@earshot/client';
import { isRecord } from './isRecord.ts';
import { stored } from './stored.ts';

/** Who sits at this page. Without a token only where the server takes people at their word. */
export interface Identity {
  token: string | null;
  user: User;
}

/** Where they are, and whether the device told so (then it may tell of moves, too). */
export interface Place {
  location: Location;
  shared: boolean;
}

/** Kept until it is changed: a reload is the same person. */
export const identity = stored<Identity | null>('earshot.identity', (kept) => (isIdentity(kept) ? kept : null));

export const place = stored<Place | null>('earshot.place', (kept) => (isPlace(kept) ? kept : null));

function isIdentity(value: unknown): value is Identity {
  return (
    isRecord(value) &&
    (value.token === null || typeof value.token === 'string') &&
    isRecord(value.user) &&
    typeof value.user.userId === 'string' &&
    typeof value.user.username === 'string'
  );
}

function isPlace(value: unknown): value is Place {
  if (!isRecord(value) || typeof value.shared !== 'boolean' || !isRecord(value.location)) return false;
  const { latitude, longitude } = value.location;
  return isWithin(latitude, 90) && isWithin(longitude, 180);
}

function isWithin(value: unknown, max: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= max;
}
