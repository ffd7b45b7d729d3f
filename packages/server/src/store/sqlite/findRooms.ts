import type { DatabaseSync } from 'node:sqlite';
import { distanceMetres, type Location } from '@earshot/shared/plain';
import type { NewRoomRequest, StoredRoom } from '../store.ts';
import { nearestCells } from './nearestCells.ts';
import { toRoom } from './rows.ts';

type FoundRoom = { room: StoredRoom; distance: number };

interface PageSearch {
  centre: Location;
  /** Metres. */
  radius: number;
  limit: number;
  /** The last room of the page before, with the centre of its cell. */
  after: { cell: string; centre: Location; roomId: string } | undefined;
}

/** Finds rooms by id and by location: the nearby cells, and as many of their rooms as requested. */
export function findRooms(raw: DatabaseSync) {
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const cellsAround = nearestCells(raw);
  const inCell = raw.prepare('SELECT * FROM rooms WHERE cell = ? ORDER BY idle_since, id LIMIT ?');
  const inCellById = raw.prepare('SELECT * FROM rooms WHERE cell = ? AND id > ? ORDER BY id LIMIT ?');

  function nearest(centre: Location, radius: number, limit: number): FoundRoom[] {
    if (!(radius > 0)) return [];
    const found: FoundRoom[] = [];
    for (const { cell, distance } of cellsAround({ centre, radius, limit })) {
      const rows = inCell.all(cell, limit - found.length);
      found.push(...rows.map((row) => ({ room: toRoom(row), distance })));
      if (found.length === limit) break;
    }
    return found;
  }

  return {
    byId(roomId: string): StoredRoom | null {
      const row = byId.get(roomId);
      return row ? toRoom(row) : null;
    },

    /** Returns the nearest `limit` rooms in cells whose centres are within `radius` metres of that one: see `Store.roomsNear`. */
    nearest,

    /** Returns the nearest room that is not in `except`. */
    nearestOf(centre: Location, { radius, except = [] }: Pick<NewRoomRequest, 'radius' | 'except'>): StoredRoom | null {
      const found = nearest(centre, radius, 1 + except.length);
      return found.find(({ room }) => !except.includes(room.id))?.room ?? null;
    },

    /** See `Store.roomsNearPage`. Needs a transaction: every cell that it finds must still have a room. */
    page({ centre, radius, limit, after }: PageSearch): FoundRoom[] {
      if (!(radius > 0)) return [];
      const found: FoundRoom[] = [];
      const add = (cell: string, distance: number, roomId: string) => {
        const rows = inCellById.all(cell, roomId, limit - found.length);
        found.push(...rows.map((row) => ({ room: toRoom(row), distance })));
      };
      const last = after && { cell: after.cell, distance: distanceMetres(centre, after.centre) };
      if (after && last && last.distance <= radius) add(last.cell, last.distance, after.roomId);
      if (found.length === limit) return found;
      for (const { cell, distance } of cellsAround({ centre, radius, limit: limit - found.length, after: last })) {
        add(cell, distance, '');
        if (found.length === limit) break;
      }
      return found;
    },
  };
}
