import type { Location } from '@earshot/client';

/** Where the device is, as far as the page was told. */
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
  /** The person, or their browser's settings, said no. */
  | { status: 'denied' }
  | { status: 'unavailable' }
  | { status: 'timeout' }
  /** The browser has no such thing, or not on a page without https. */
  | { status: 'unsupported' }
  | { status: 'insecure' };

/** The codes under which `text.errors.words` has words. */
type PlaceCode = 'PLACE_DENIED' | 'PLACE_UNAVAILABLE' | 'PLACE_TIMEOUT' | 'PLACE_UNSUPPORTED';

const problems: Partial<Record<Position['status'], PlaceCode>> = {
  denied: 'PLACE_DENIED',
  unavailable: 'PLACE_UNAVAILABLE',
  timeout: 'PLACE_TIMEOUT',
  unsupported: 'PLACE_UNSUPPORTED',
  insecure: 'PLACE_UNSUPPORTED',
};

/** What is wrong, as an error code; null where nothing is. */
export const positionProblem = ({ status }: Position): PlaceCode | null => problems[status] ?? null;

export function toFix({ coords, timestamp }: GeolocationPosition): Fix {
  const { latitude, longitude, accuracy } = coords;
  return { location: { latitude, longitude }, accuracy, at: new Date(timestamp) };
}

/** What an error of the watch leaves: a gap in the fixes does not undo the last one, a refusal does. */
export function afterError(position: Position, error: Pick<GeolocationPositionError, 'code'>): Position {
  if (error.code === 1) return { status: 'denied' };
  if (position.status === 'granted') return position;
  return { status: error.code === 3 ? 'timeout' : 'unavailable' };
}
