import type { DatabaseSync } from 'node:sqlite';
import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared/plain';
import type { StoredRoom } from '../store.ts';
import { number, text, toRoom } from './rows.ts';

/** The search begins within so many metres, and widens while it finds too little. */
const firstRadius = 1_000;
const widening = 2;
/** Cells that are read for so many rooms. A search that would find more, as when it comes to a city, is narrowed. */
const mostCells = (limit: number) => 2 * limit + 200;
/** Metres. So narrow a ring holds few cells: they lie hundreds of metres apart. */
const narrowest = 1;
/** In unit-sphere radii: above what rounding of unit vectors can do, 6 mm on the ground. */
const slack = 1e-9;

type Found = { room: StoredRoom; distance: number };
type FoundCell = { cell: string; distance: number };

/**
 * Finds rooms by id and by place. The R*Tree holds the centres of cells in which there are rooms, as points of the unit
 * sphere in three dimensions, so that neighbours across the antimeridian and over the poles need no special case. It
 * rounds its 32-bit boxes outwards, and so finds every candidate; the exact distance then decides.
 *
 * The work is bounded by what is asked for, however many rooms there are: the search looks for a radius with `limit`
 * cells, each of which has a room at least, and not many more, and reads `limit` rooms.
 */
export function findRooms(raw: DatabaseSync) {
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const box = 'max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?';
  const inBox = raw.prepare(`SELECT cells.* FROM cell_points JOIN cells ON cells.id = cell_points.id WHERE ${box}`);
  const square = (axis: string) => `(min_${axis} - ?) * (min_${axis} - ?)`;
  const ball = `${square('x')} + ${square('y')} + ${square('z')} <= ?`;
  const count = raw.prepare(
    `SELECT count(*) AS count FROM (SELECT 1 FROM cell_points WHERE ${box} AND ${ball} LIMIT ?)`,
  );
  const inCell = raw.prepare('SELECT * FROM rooms WHERE cell = ? ORDER BY idle_since, id LIMIT ?');

  function cellsWithin(centre: Location, radius: number): FoundCell[] {
    return inBox
      .all(...boxAround(centre, radius))
      .map((row) => {
        const location = { latitude: number(row.latitude), longitude: number(row.longitude) };
        return { cell: text(row.cell), distance: distanceMetres(centre, location) };
      })
      .filter(({ distance }) => distance <= radius)
      .sort((a, b) => a.distance - b.distance || (a.cell < b.cell ? -1 : 1));
  }

  /** How many cells there are within a radius, give or take those at its very edge; `most` where there are more. */
  function countWithin(centre: Location, radius: number, most: number): number {
    const reach = chordLength(radius) + slack;
    const ballAround = [...toUnitVector(centre).flatMap((axis) => [axis, axis]), reach * reach];
    return number(count.get(...boxAround(centre, radius), ...ballAround, most)?.count);
  }

  function nearestCells(centre: Location, radius: number, limit: number): FoundCell[] {
    const most = mostCells(limit);
    /** Radii with too few cells, and with too many. */
    let few = 0;
    let many: number | undefined;
    for (let reach = Math.min(radius, firstRadius); ; ) {
      const found = countWithin(centre, reach, most);
      if (found === most && reach - few > narrowest) {
        many = reach;
      } else {
        const cells = found >= limit || reach === radius ? cellsWithin(centre, reach) : [];
        if (cells.length >= limit || reach === radius) return cells;
        if (found === most) many = undefined; // all of them just outside
        few = reach;
      }
      reach = many === undefined ? Math.min(radius, few * widening) : (few + many) / 2;
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

/** The least and the greatest value on each axis. */
function boxAround(centre: Location, radius: number): number[] {
  const reach = chordLength(radius) + slack;
  return toUnitVector(centre).flatMap((axis) => [axis - reach, axis + reach]);
}
