import type { Store, StoredRoom } from '../store.ts';
import { findRooms } from './findRooms.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

const existing = (room: StoredRoom | undefined | null) => (room ? { room, isNew: false } : null);

/** Rooms and where they are. */
export function rooms(
  reader: Reader,
  writer: Writer,
): Pick<Store, 'nearestOrNewRoom' | 'namedRoom' | 'room' | 'roomsNear'> {
  const { byId, nearest } = findRooms(reader.raw);

  return {
    // Most calls find a room: only the others go to the writer, who looks again.
    nearestOrNewRoom: async (request) =>
      existing((await reader.read(() => nearest(request.location, request.radius, 1)))[0]?.room) ??
      writer.write('addRoomNear', request),

    namedRoom: async (request) =>
      existing(await reader.read(() => byId(request.roomId))) ?? writer.write('addNamedRoom', request),

    room: (roomId) => reader.read(() => byId(roomId)),

    roomsNear: (location, radius, limit) => reader.read(() => nearest(location, radius, limit)),
  };
}
