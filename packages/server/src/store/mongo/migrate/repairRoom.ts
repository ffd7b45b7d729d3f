import { idFromBson, lineSchema } from '@earshot/shared';
import { cellCentre } from '../../../cells.ts';
import type { StoredRoom } from '../../store.ts';
import type { RoomDocument } from '../collections.ts';
import { coarsePoint, isSamePoint, toPoint } from '../documents.ts';
import { roomIdProblem } from '../rooms/roomIdProblem.ts';
import { timeFrom } from './readMessage.ts';

/** Returns the name and the map cell of a room known only by its id. */
export type DescribeRoom = (roomId: string) => Pick<StoredRoom, 'name' | 'cell'>;

type Fields = Partial<Omit<RoomDocument, '_id'>>;

export interface RoomRepair {
  /** The fields to write into the document, if any. */
  set?: Fields & { original_location?: unknown };
  unset?: { location: true };
  /** The part that could not be read. */
  problem?: string;
}

/** Returns the fields of a new room for an id found only in messages. Its creation time also comes from the messages. */
export function missingRoom(roomId: string, describe: DescribeRoom): Fields {
  const { name, cell } = describe(roomId);
  return { location_id: roomId, name, ...(cell !== null && { location: toPoint(cellCentre(cell)) }) };
}

/** Returns the changes that make a room of the original service readable for Earshot; empty if there are none. */
export function repairRoom(
  document: Record<string, unknown>,
  { describe, now }: { describe: DescribeRoom; now: Date },
): RoomRepair {
  const { _id } = document;
  const problem = roomIdProblem(_id);
  if (problem !== null) return hide(document, problem);

  const described = describe(idFromBson(_id));
  const place = repairPlace(document.location, described.cell);
  const name = line.safeParse(document.name).data ?? described.name;
  const set = {
    ...place.set,
    ...(name !== document.name && { name }),
    ...repairTimes(document, now),
  };
  return { ...place, ...(Object.keys(set).length > 0 && { set }) };
}

/** Hides an unusable room from searches by location. */
function hide({ location }: Record<string, unknown>, problem: string): RoomRepair {
  if (location === undefined || location === null) return { problem };
  const point = coarsePoint(location);
  if (point === null) return { problem: `${problem}; its location is removed`, unset: { location: true } };
  return {
    problem: `${problem}; the centre of its map cell is kept as original_location`,
    set: { original_location: point },
    unset: { location: true },
  };
}

const line = lineSchema(Number.POSITIVE_INFINITY);

/**
 * Replaces a location by the centre of its map cell. Removes an invalid one: the index over locations could not be created with it, and
 * it may be more precise than a cell.
 */
function repairPlace(found: unknown, described: string | null): RoomRepair {
  const point = coarsePoint(found);
  if (point !== null) return isSamePoint(point, found) ? {} : { set: { location: point } };
  const place = described === null ? null : { location: toPoint(cellCentre(described)) };
  if (found === undefined || found === null) return place ? { set: place } : {};
  return {
    problem: 'location is not a GeoJSON point; it is removed',
    ...(place ? { set: place } : { unset: { location: true } }),
  };
}

function repairTimes({ created_at, last_message_at }: Record<string, unknown>, now: Date): Fields {
  return {
    // Corrected by its first message, if that is older.
    ...(isTime(created_at) ? {} : { created_at: timeFrom(created_at) ?? now }),
    ...(last_message_at === undefined || last_message_at === null || isTime(last_message_at)
      ? {}
      : { last_message_at: timeFrom(last_message_at) }),
  };
}

const isTime = (value: unknown) => value instanceof Date && timeFrom(value) !== null;
