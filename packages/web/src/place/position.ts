import type { Location } from '@earshot/client';

/** The device's location, as the browser reports it. */
export interface Fix {
  location: Location;
  /** Metres: the device is this near to `location`, with 95 % certainty. */
  accuracy: number;
  at: Date;
}

export type Position =
  | { status: 'unasked' }
  | { status: 'asking' }
  | ({ status: 'granted' } & Fix)
  /** The user, or the browser's settings, denied access. */
  | { status: 'denied' }
  | { status: 'unavailable' }
  | { status: 'timeout' }
  /** The browser has no geolocation, or not on a page without HTTPS. */
  | { status: 'unsupported' }
  | { status: 'insecure' };

/** The codes that have a sentence in `text.errors.words`. */
type PlaceCode = 'PLACE_DENIED' | 'PLACE_UNAVAILABLE' | 'PLACE_TIMEOUT' | 'PLACE_UNSUPPORTED';

const problems: Partial<Record<Position['status'], PlaceCode>> = {
  denied: 'PLACE_DENIED',
  unavailable: 'PLACE_UNAVAILABLE',
  timeout: 'PLACE_TIMEOUT',
  unsupported: 'PLACE_UNSUPPORTED',
  insecure: 'PLACE_UNSUPPORTED',
};

/** The error code of a position; null if there is no error. */
export const positionProblem = ({ status }: Position): PlaceCode | null => problems[status] ?? null;

export function toFix({ coords, timestamp }: GeolocationPosition): Fix {
  const { latitude, longitude, accuracy } = coords;
  return { location: { latitude, longitude }, accuracy, at: new Date(timestamp) };
}

/** The position after an error of the watch. A gap in the fixes keeps the last fix; a denial discards it. */
export function afterError(position: Position, error: Pick<GeolocationPositionError, 'code'>): Position {
  if (error.code === 1) return { status: 'denied' };
  if (position.status === 'granted') return position;
  return { status: error.code === 3 ? 'timeout' : 'unavailable' };
}
