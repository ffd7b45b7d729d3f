import type { DatabaseSync } from 'node:sqlite';
import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared';
import type { StoredRoom } from '../store.ts';
import { number, text, toRoom } from './rows.ts';

/** The search begins within so many metres, and widens while it finds too little. */
const firstRadius = 1_000;
const widening = 2;
/** In unit-sphere radii: above what rounding of unit vectors can do, 6 mm on the ground. */
const slack = 1e-9;

type Found = { room: StoredRoom; distance: number };
type FoundCell = { cell: string; distance: number };

/**
 * Finds rooms by id and by place. The R*Tree holds the centres of cells in which there are rooms, as points of the unit
 * sphere in three dimensions, so that neighbours across the antimeridian and over the poles need no special case. It
 * rounds its 32-bit boxes outwards, and so finds every candidate; the exact distance then decides.
 *
 * The work is bounded by what is asked for, however many rooms there are: the search stops as soon as there are `limit`
 * cells, each of which has a room at least, and reads `limit` rooms.
 */
export function findRooms(raw: DatabaseSync) {
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const inBox = raw.prepare(
    `SELECT cells.* FROM cell_points JOIN cells ON cells.id = cell_points.id
     WHERE max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?`,
  );
  const inCell = raw.prepare('SELECT * FROM rooms WHERE cell = ? ORDER BY idle_since, id LIMIT ?');

  function cellsWithin(centre: Location, radius: number): FoundCell[] {
    const reach = chordLength(radius) + slack;
    const box = toUnitVector(centre).flatMap((axis) => [axis - reach, axis + reach]);
    return inBox
      .all(...box)
      .map((row) => {
        const location = { latitude: number(row.latitude), longitude: number(row.longitude) };
        return { cell: text(row.cell), distance: distanceMetres(centre, location) };
      })
      .filter(({ distance }) => distance <= radius)
      .sort((a, b) => a.distance - b.distance || (a.cell < b.cell ? -1 : 1));
  }

  function nearestCells(centre: Location, radius: number, limit: number): FoundCell[] {
    for (let reach = Math.min(radius, firstRadius); ; reach = Math.min(radius, reach * widening)) {
      const found = cellsWithin(centre, reach);
      if (found.length >= limit || reach === radius) return found;
    }
  }

  return {
    byId(roomId: string): StoredRoom | null {
      const row = byId.get(roomId);
      return row ? toRoom(row) : null;
    },

    /** The nearest `limit` rooms whose cells have their centre within `radius` metres of that one: see `Store.roomsNear`. */
    nearest(centre: Location, radius: number, limit: number): Found[] {
      if (!(radius > 0)) return [];
      const found: Found[] = [];
      for (const { cell, distance } of nearestCells(centre, radius, limit)) {
        const rows = inCell.all(cell, limit - found.length);
        found.push(...rows.map((row) => ({ room: toRoom(row), distance })));
        if (found.length === limit) break;
      }
      return found;
    },
  };
}
