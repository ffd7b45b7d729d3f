import type { Location, User } from '@earshot/client';
import { isRecord } from './isRecord.ts';
import { roundLocation } from './roundLocation.ts';
import { type Stored, stored } from './stored.ts';

/** The identity of the user of this page. The token is null only if the server requires none. */
export interface Identity {
  token: string | null;
  user: User;
}

/** The user's location. `shared`: the device reports it, and its changes. */
export interface SavedLocation {
  location: Location;
  shared: boolean;
}

/** Stored until it is changed, so that a reload keeps the identity. */
export const storedIdentity = stored<Identity | null>('earshot.identity', (value) =>
  isIdentity(value) ? value : null,
);

const roundedLocation = stored<SavedLocation | null>('earshot.place', (value) =>
  isSavedLocation(value) ? rounded(value) : null,
);

/** The location of this page, rounded. */
export const storedLocation: Stored<SavedLocation | null> = {
  ...roundedLocation,
  set: (value) => roundedLocation.set(value && rounded(value)),
};

// An earlier version may have stored an exact one.
if (storedLocation.get() !== null) storedLocation.set(storedLocation.get());

function rounded({ location, shared }: SavedLocation): SavedLocation {
  return { location: roundLocation(location), shared };
}

function isIdentity(value: unknown): value is Identity {
  return (
    isRecord(value) &&
    (value.token === null || typeof value.token === 'string') &&
    isRecord(value.user) &&
    typeof value.user.userId === 'string' &&
    typeof value.user.username === 'string'
  );
}

function isSavedLocation(value: unknown): value is SavedLocation {
  if (!isRecord(value) || typeof value.shared !== 'boolean' || !isRecord(value.location)) return false;
  const { latitude, longitude } = value.location;
  return isWithin(latitude, 90) && isWithin(longitude, 180);
}

function isWithin(value: unknown, max: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= max;
}
