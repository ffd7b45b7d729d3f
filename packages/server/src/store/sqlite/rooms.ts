import { cellCentre } from '../../cells.ts';
import type { Store, StoredRoom } from '../store.ts';
import { findRooms } from './findRooms.ts';
import type { ReadConnection } from './readConnection.ts';
import type { Writer } from './writer.ts';
import type { CellWithCentre } from './writing/writeCalls.ts';

const existing = (room: StoredRoom | null) => (room ? { room, isNew: false } : null);

/** Computed on this thread: the writer thread does not load H3. */
const withCentre = (cell: string): CellWithCentre => ({ cell, centre: cellCentre(cell) });

type Rooms = Pick<Store, 'nearestOrNewRoom' | 'namedRoom' | 'room' | 'describe' | 'roomsNear' | 'roomsNearPage'>;

/** Rooms, by id and by cell. */
export function rooms(reader: ReadConnection, writer: Writer): Rooms {
  const { byId, nearest, nearestOf, page } = findRooms(reader.raw);

  return {
    // Most calls find a room: only the others go to the writer, which searches again.
    nearestOrNewRoom: async (request) => {
      const location = withCentre(request.cell);
      const found = await reader.read(() => nearestOf(location.centre, request));
      return existing(found) ?? writer.write('addRoomNear', { ...request, location });
    },

    namedRoom: async (request) =>
      existing(await reader.read(() => byId(request.roomId))) ??
      writer.write('addNamedRoom', { ...request, location: request.cell === null ? null : withCentre(request.cell) }),

    room: (roomId) => reader.read(() => byId(roomId)),

    describe: (request) => writer.write('describe', request),

    roomsNear: (cell, radius, limit) => reader.read(() => nearest(cellCentre(cell), radius, limit)),

    roomsNearPage: ({ cell, radius, limit, after }) =>
      reader.readInTransaction(() =>
        page({ centre: cellCentre(cell), radius, limit, after: after && { ...after, centre: cellCentre(after.cell) } }),
      ),
  };
}
