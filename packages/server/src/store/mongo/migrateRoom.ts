import { idFromBson, lineSchema, locationSchema } from '@earshot/shared';
import type { StoredRoom } from '../store.ts';
import type { RoomDocument } from './collections.ts';
import { toPoint } from './documents.ts';
import { timeFrom } from './migrateMessage.ts';
import { roomIdProblem } from './roomIdProblem.ts';

/** The name and the place of a room that is known by its id alone. */
export type DescribeRoom = (roomId: string) => Pick<StoredRoom, 'name' | 'location'>;

type Fields = Partial<Omit<RoomDocument, '_id'>>;

export interface RoomRepair {
  /** What to write into the document, if anything. */
  set?: Fields & { original_location?: unknown };
  unset?: { location: true };
  /** What could not be read. */
  problem?: string;
}

/** A new room for an id that only messages know. When it was made they tell as well. */
export function missingRoom(roomId: string, describe: DescribeRoom): Fields {
  const { name, location } = describe(roomId);
  return { location_id: roomId, name, ...(location && { location: toPoint(location) }) };
}

/** What a room of the original service needs so that Earshot can read it. Nothing, when all is there. */
export function repairRoom(
  document: Record<string, unknown>,
  { describe, now }: { describe: DescribeRoom; now: Date },
): RoomRepair {
  const { _id } = document;
  const problem = roomIdProblem(_id);
  if (problem !== null) return hide(document, problem);

  const described = describe(idFromBson(_id));
  const place = repairPlace(document.location, described.location);
  const name = line.safeParse(document.name).data ?? described.name;
  const set = {
    ...place.set,
    ...(name !== document.name && { name }),
    ...repairTimes(document, now),
  };
  return { ...place, ...(Object.keys(set).length > 0 && { set }) };
}

/** A room that can't be used: who looks for rooms near a place must not find it. */
function hide({ location }: Record<string, unknown>, problem: string): RoomRepair {
  if (location === undefined || location === null) return { problem };
  return {
    problem: `${problem}; its location is kept as original_location`,
    set: { original_location: location },
    unset: { location: true },
  };
}

const line = lineSchema(Number.POSITIVE_INFINITY);

/** What is no place moves aside: no index over places could be made with it. */
function repairPlace(found: unknown, described: StoredRoom['location']): RoomRepair {
  if (isPoint(found)) return {};
  const place = described && { location: toPoint(described) };
  if (found === undefined || found === null) return place ? { set: place } : {};
  return {
    problem: 'location is not a GeoJSON point; it is kept as original_location',
    set: { ...place, original_location: found },
    ...(!place && { unset: { location: true } }),
  };
}

export function isPoint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value && 'coordinates' in value)) return false;
  const { type, coordinates } = value;
  if (type !== 'Point' || !Array.isArray(coordinates) || coordinates.length !== 2) return false;
  const [longitude, latitude] = coordinates;
  return locationSchema.safeParse({ latitude, longitude }).success;
}

function repairTimes({ created_at, last_message_at }: Record<string, unknown>, now: Date): Fields {
  return {
    // Its first message, where that is older, will set it right.
    ...(isTime(created_at) ? {} : { created_at: timeFrom(created_at) ?? now }),
    ...(last_message_at === undefined || last_message_at === null || isTime(last_message_at)
      ? {}
      : { last_message_at: timeFrom(last_message_at) }),
  };
}

const isTime = (value: unknown) => value instanceof Date && timeFrom(value) !== null;
