import { hasVisibleName, type Location, locationSchema, roomIdSchema } from '@earshot/shared';
import type { NamedRoom } from '../../domain/namedRoom.ts';

const coordinatesPattern = /^([+-]?\d{1,3}(?:\.\d+)?)_([+-]?\d{1,3}(?:\.\d+)?)$/;

/**
 * How older clients name a room: `lat_lon` in decimal degrees for one with a place, or any other text (also what looks
 * like a place and is none, `200_500`) for one without. Either is the room's id.
 */
export const locationIdSchema = roomIdSchema
  .refine(hasVisibleName, 'must not be empty')
  .transform((roomId): NamedRoom => ({ roomId, location: locationFrom(roomId) }));

function locationFrom(locationId: string): Location | null {
  const [, latitude, longitude] = coordinatesPattern.exec(locationId) ?? [];
  return locationSchema.safeParse({ latitude: Number(latitude), longitude: Number(longitude) }).data ?? null;
}

/** The room that the path of an upgrade, `/ws/:location_id`, names; null for a name that can't be. */
export function parseRoomPath(segment: string): NamedRoom | null {
  try {
    return locationIdSchema.safeParse(decodeURIComponent(segment)).data ?? null;
  } catch {
    return null; // not percent-encoded UTF-8
  }
}
