import type { Location } from '@earshot/client';
import { type CompassLetters, english, readAngles } from './angles.ts';
import { locationInLink } from './mapLinks.ts';

export type LocationProblem =
  /** The text contains no coordinates. */
  | 'unreadable'
  /** A short map link: only the map's server knows the coordinates, and it is not asked. */
  | 'shortLink'
  /** One number instead of two. */
  | 'half'
  | 'latitudeRange'
  | 'longitudeRange';

export type ParsedLocation = { ok: true; location: Location } | { ok: false; problem: LocationProblem };

/**
 * Parses a location as people paste it: `52.52, 13.405` (also with decimal commas), degrees, minutes and seconds with
 * or without letters (`52°31'12"N 13°24'18"E`), a `geo:` URI (RFC 5870), and links of common maps.
 */
export function parseLocation(text: string, letters: CompassLetters = english): ParsedLocation {
  const input = text.replaceAll('\u2212', '-').trim();
  const link = locationInLink(input);
  if (link === 'short') return { ok: false, problem: 'shortLink' };
  if (link === 'none') return { ok: false, problem: 'unreadable' };
  if (link !== undefined) return inRange(link.latitude, link.longitude);

  const [first, second] = readAngles(input, letters) ?? [];
  if (first === undefined) return { ok: false, problem: 'unreadable' };
  if (second === undefined) return { ok: false, problem: 'half' };
  if (first.axis !== undefined && first.axis === second.axis) return { ok: false, problem: 'unreadable' };
  const turned = first.axis === 'longitude' || second.axis === 'latitude';
  return turned ? inRange(second.degrees, first.degrees) : inRange(first.degrees, second.degrees);
}

function inRange(latitude: number, longitude: number): ParsedLocation {
  if (!(Math.abs(latitude) <= 90)) return { ok: false, problem: 'latitudeRange' };
  if (!(Math.abs(longitude) <= 180)) return { ok: false, problem: 'longitudeRange' };
  return { ok: true, location: { latitude: latitude + 0, longitude: longitude + 0 } }; // + 0 turns -0 into 0
}

/** Formats a location so that `parseLocation` can read it again. Five decimals are about a metre. */
export function formatLocation({ latitude, longitude }: Location, decimals = 5): string {
  const trimmed = (degrees: number) => String(Number(degrees.toFixed(decimals)) + 0);
  return `${trimmed(latitude)}, ${trimmed(longitude)}`;
}
