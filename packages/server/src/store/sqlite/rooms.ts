import { chordLength, distanceMetres, type Location, newId, toUnitVector } from '@earshot/shared';
import type { NamedRoomRequest, Store, StoredRoom } from '../store.ts';
import type { Database } from './database.ts';
import { number, toRoom } from './rows.ts';

/** The search begins within so many metres, and widens while it finds too little. */
const firstRadius = 100;
const widening = 4;
/** In unit-sphere radii: above what rounding of unit vectors can do, 6 mm on the ground. */
const slack = 1e-9;

type Found = { room: StoredRoom; distance: number };

/**
 * Rooms and where they are. The R*Tree holds points of the unit sphere in three dimensions, so that neighbours across
 * the antimeridian and over the poles need no special case. It rounds its 32-bit boxes outwards, and so finds every
 * candidate; the exact distance then decides.
 */
export function rooms(
  database: Database,
  clock: () => number,
): Pick<Store, 'nearestOrNewRoom' | 'namedRoom' | 'room' | 'roomsNear'> {
  const { raw } = database;
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const insert = raw.prepare(
    'INSERT INTO rooms (id, name, latitude, longitude, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertPoint = raw.prepare('INSERT INTO room_points VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)');
  const inBox = raw.prepare(
    `SELECT rooms.* FROM room_points JOIN rooms ON rooms.id = room_points.room_id
     WHERE max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?`,
  );

  function read(roomId: string): StoredRoom | null {
    const row = byId.get(roomId);
    return row ? toRoom(row) : null;
  }

  function within(center: Location, radius: number): Found[] {
    const reach = chordLength(radius) + slack;
    const box = toUnitVector(center).flatMap((axis) => [axis - reach, axis + reach]);
    return inBox
      .all(...box)
      .map((row) => {
        const location = { latitude: number(row.latitude), longitude: number(row.longitude) };
        return { room: toRoom(row), distance: distanceMetres(center, location) };
      })
      .filter(({ distance }) => distance <= radius)
      .sort((a, b) => a.distance - b.distance || (a.room.id < b.room.id ? -1 : 1));
  }

  function nearest(center: Location, radius: number, limit: number): Found[] {
    if (!(radius > 0)) return [];
    for (let reach = Math.min(radius, firstRadius); ; reach = Math.min(radius, reach * widening)) {
      const found = within(center, reach);
      if (found.length >= limit || reach === radius) return found.slice(0, limit);
    }
  }

  const existing = (room: StoredRoom | undefined | null) => (room ? { room, isNew: false } : null);

  function add(id: string, { name, location, createdBy }: Omit<NamedRoomRequest, 'roomId'>) {
    const { latitude, longitude } = location ?? { latitude: null, longitude: null };
    insert.run(id, name, latitude, longitude, createdBy, clock());
    if (location) insertPoint.run(...toUnitVector(location).flatMap((axis) => [axis, axis]), id);
    return { room: toRoom(byId.get(id) ?? {}), isNew: true };
  }

  return {
    // Most calls find a room: only the others take the write lock, and look again under it.
    nearestOrNewRoom: async (request) =>
      existing((await database.read(() => nearest(request.location, request.radius, 1)))[0]?.room) ??
      database.write(
        () => existing(nearest(request.location, request.radius, 1)[0]?.room) ?? add(newId(clock()), request),
      ),

    namedRoom: async (request) =>
      existing(await database.read(() => read(request.roomId))) ??
      database.write(() => existing(read(request.roomId)) ?? add(request.roomId, request)),

    room: (roomId) => database.read(() => read(roomId)),

    roomsNear: (location, radius, limit) => database.read(() => nearest(location, radius, limit)),
  };
}
