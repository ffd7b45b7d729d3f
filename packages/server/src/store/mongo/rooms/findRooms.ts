import type { ClientSession } from 'mongodb';
import type { StoredRoom } from '../../store.ts';
import type { Collections } from '../collections.ts';
import { toRoom } from '../documents.ts';
import { IdLookUps } from '../idLookUps.ts';
import { cellsWithRooms, type FoundCell, nearestCellsOf } from './nearestCells.ts';
import { roomIdProblem } from './roomIdProblem.ts';

interface Search {
  cell: string;
  /** Metres. */
  radius: number;
  limit: number;
}

export type FoundRoom = { room: StoredRoom; distance: number };

/** Finds rooms by id and by cell: see `Store.roomsNear`. */
export function findRooms({ rooms, cells }: Pick<Collections, 'rooms' | 'cells'>) {
  const nearestCells = nearestCellsOf(cells);
  const lookUps = new IdLookUps((filter) => rooms.find(filter).toArray());

  /** Reads the rooms of as many cells as needed: all rooms of the nearer cells, and the first `limit` of the last one. */
  async function roomsOf(found: readonly FoundCell[], limit: number, session?: ClientSession): Promise<FoundRoom[]> {
    const needed = cellsWithRooms(found, limit);
    const distances = new Map(needed.map(({ cell, distance }) => [cell, distance]));
    const last = needed.at(-1)?.cell;
    const read = async (cell: string | { $in: string[] }) =>
      rooms
        .find({ cell }, { ...(session && { session }) })
        .sort(order)
        .limit(limit)
        .toArray();
    const others = needed.slice(0, -1).map(({ cell }) => cell);
    // One after another: a transaction runs one command at a time.
    const documents = others.length > 0 ? await read({ $in: others }) : [];
    if (last !== undefined) documents.push(...(await read(last)));
    return documents
      .filter(({ _id }) => roomIdProblem(_id) === null)
      .map((document) => ({ room: toRoom(document), distance: distances.get(document.cell ?? '') ?? 0 }))
      .sort((a, b) => a.distance - b.distance) // keeps the order within a cell
      .slice(0, limit);
  }

  return {
    async byId(roomId: string): Promise<StoredRoom | null> {
      const found = await lookUps.find(roomId);
      return found && toRoom(found);
    },

    async nearest(search: Search, session?: ClientSession): Promise<FoundRoom[]> {
      if (!(search.radius > 0)) return [];
      return roomsOf(await nearestCells(search, session), search.limit, session);
    },
  };
}

/** Matches an index: within a cell, rooms with messages come first, because they have no `idle_since`. */
const order = { cell: 1, idle_since: 1, _id: 1 } as const;
