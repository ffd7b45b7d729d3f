import type { DatabaseSync } from 'node:sqlite';
import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared';
import type { StoredRoom } from '../store.ts';
import { number, toRoom } from './rows.ts';

/** The search begins within so many metres, and widens while it finds too little. */
const firstRadius = 100;
const widening = 4;
/** In unit-sphere radii: above what rounding of unit vectors can do, 6 mm on the ground. */
const slack = 1e-9;

type Found = { room: StoredRoom; distance: number };

/**
 * Finds rooms by id and by place. The R*Tree holds points of the unit sphere in three dimensions, so that neighbours
 * across the antimeridian and over the poles need no special case. It rounds its 32-bit boxes outwards, and so finds
 * every candidate; the exact distance then decides.
 */
export function findRooms(raw: DatabaseSync) {
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const inBox = raw.prepare(
    `SELECT rooms.* FROM room_points JOIN rooms ON rooms.id = room_points.room_id
     WHERE max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?`,
  );

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

  return {
    byId(roomId: string): StoredRoom | null {
      const row = byId.get(roomId);
      return row ? toRoom(row) : null;
    },

    /** The nearest `limit` rooms within `radius` metres, nearest first. */
    nearest(center: Location, radius: number, limit: number): Found[] {
      if (!(radius > 0)) return [];
      for (let reach = Math.min(radius, firstRadius); ; reach = Math.min(radius, reach * widening)) {
        const found = within(center, reach);
        if (found.length >= limit || reach === radius) return found.slice(0, limit);
      }
    },
  };
}
