import type { DatabaseSync } from 'node:sqlite';
import type { Location } from '@earshot/shared/plain';
import type { StoredRoom } from '../store.ts';
import { nearestCells } from './nearestCells.ts';
import { toRoom } from './rows.ts';

type Found = { room: StoredRoom; distance: number };

/** Finds rooms by id and by location: the nearby cells, and as many of their rooms as requested. */
export function findRooms(raw: DatabaseSync) {
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const cellsAround = nearestCells(raw);
  const inCell = raw.prepare('SELECT * FROM rooms WHERE cell = ? ORDER BY idle_since, id LIMIT ?');

  return {
    byId(roomId: string): StoredRoom | null {
      const row = byId.get(roomId);
      return row ? toRoom(row) : null;
    },

    /** Returns the nearest `limit` rooms in cells whose centres are within `radius` metres of that one: see `Store.roomsNear`. */
    nearest(centre: Location, radius: number, limit: number): Found[] {
      if (!(radius > 0)) return [];
      const found: Found[] = [];
      for (const { cell, distance } of cellsAround(centre, radius, limit)) {
        const rows = inCell.all(cell, limit - found.length);
        found.push(...rows.map((row) => ({ room: toRoom(row), distance })));
        if (found.length === limit) break;
      }
      return found;
    },
  };
}
