import type { Location } from '@earshot/client';
import { roundLocation } from '../lib/roundLocation.ts';

/** A location that the device determined, rounded. */
export interface Fix {
  location: Location;
  /** Metres: the device is this near to `location`, with 95 % certainty. */
  accuracy: number;
  at: Date;
}

export type DeviceLocation =
  | { status: 'idle' }
  | { status: 'locating' }
  | ({ status: 'granted' } & Fix)
  /** The user, or the browser's settings, denied access. */
  | { status: 'denied' }
  | { status: 'unavailable' }
  | { status: 'timeout' }
  /** The browser has no geolocation, or not on a page without HTTPS. */
  | { status: 'unsupported' }
  | { status: 'insecure' };

/** The codes that have a sentence in `text.errors.messages`. */
type LocationErrorCode = 'LOCATION_DENIED' | 'LOCATION_UNAVAILABLE' | 'LOCATION_TIMEOUT' | 'LOCATION_UNSUPPORTED';

const problems: Partial<Record<DeviceLocation['status'], LocationErrorCode>> = {
  denied: 'LOCATION_DENIED',
  unavailable: 'LOCATION_UNAVAILABLE',
  timeout: 'LOCATION_TIMEOUT',
  unsupported: 'LOCATION_UNSUPPORTED',
  insecure: 'LOCATION_UNSUPPORTED',
};

/** The error code of a device location; null if there is no error. */
export const locationErrorCode = ({ status }: DeviceLocation): LocationErrorCode | null => problems[status] ?? null;

export function toFix({ coords, timestamp }: GeolocationPosition): Fix {
  const { latitude, longitude, accuracy } = coords;
  return { location: roundLocation({ latitude, longitude }), accuracy, at: new Date(timestamp) };
}

/** The device location after an error of the browser's watch. A gap in the fixes keeps the last fix; a denial discards it. */
export function afterError(previous: DeviceLocation, error: Pick<GeolocationPositionError, 'code'>): DeviceLocation {
  if (error.code === 1) return { status: 'denied' };
  if (previous.status === 'granted') return previous;
  return { status: error.code === 3 ? 'timeout' : 'unavailable' };
}
