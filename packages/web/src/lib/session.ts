import type { Location, User } from '@earshot/client';
import { isRecord } from './isRecord.ts';
import { stored } from './stored.ts';

/** The identity of the user of this page. The token is null only if the server requires none. */
export interface Identity {
  token: string | null;
  user: User;
}

/** The user's location, and whether the device reported it (then it can also report moves). */
export interface Place {
  location: Location;
  shared: boolean;
}

/** Stored until it is changed, so that a reload keeps the identity. */
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
