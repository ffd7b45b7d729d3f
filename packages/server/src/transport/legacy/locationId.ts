import { hasVisibleName, type Location, locationSchema, roomIdSchema } from '@earshot/shared';
import { cellOf } from '../../cells.ts';
import type { NamedRoom } from '../../domain/namedRoom.ts';

const coordinatesPattern = /^([+-]?\d{1,3}(?:\.\d+)?)_([+-]?\d{1,3}(?:\.\d+)?)$/;

/**
 * A room name of legacy clients: `lat_lon` in decimal degrees for a room with a location, or any other text (also invalid
 * coordinates such as `200_500`) for a room without one. Either is the room's id, kept as the client chose it; the domain gets
 * only the cell of the location.
 */
export const locationIdSchema = roomIdSchema
  .refine(hasVisibleName, 'must not be empty')
  .transform((roomId): NamedRoom => {
    const location = locationIn(roomId);
    return { roomId, cell: location && cellOf(location) };
  });

/** The location in a room name; null if there is none. */
export function locationIn(locationId: string): Location | null {
  const [, latitude, longitude] = coordinatesPattern.exec(locationId) ?? [];
  return locationSchema.safeParse({ latitude: Number(latitude), longitude: Number(longitude) }).data ?? null;
}

/** The room in an upgrade path, `/ws/:location_id`; null for an invalid name. */
export function parseRoomPath(segment: string): NamedRoom | null {
  try {
    return locationIdSchema.safeParse(decodeURIComponent(segment)).data ?? null;
  } catch {
    return null; // not percent-encoded UTF-8
  }
}
