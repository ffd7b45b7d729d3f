import { distanceMetres } from '@earshot/shared';
import type { ClientSession, Collection } from 'mongodb';
import { cellCentre } from '../../../cells.ts';
import type { CellDocument } from '../collections.ts';
import { toPoint } from '../documents.ts';

interface CellSearch {
  cell: string;
  /** Metres. */
  radius: number;
  limit: number;
  /** Only cells after this one, in the order of the result. */
  after?: Omit<FoundCell, 'rooms'> | undefined;
}

export interface FoundCell {
  cell: string;
  /** Number of rooms in it. */
  rooms: number;
  /** Metres. */
  distance: number;
}

/** Number of cells read beyond those requested, to order equally distant ones. */
const extraCells = 16;

/**
 * Returns the search for the nearest cells that contain rooms: nearest first, equally near ones by name. At least `limit` of them, if there
 * are as many. MongoDB finds the candidates, on a slightly larger earth; our own distance decides.
 */
export function nearestCellsOf(cells: Collection<CellDocument>) {
  return async ({ cell, radius, limit, after }: CellSearch, session?: ClientSession): Promise<FoundCell[]> => {
    const centre = cellCentre(cell);
    const near = { $geometry: toPoint(centre), $minDistance: atLeast(after?.distance), $maxDistance: atMost(radius) };
    const found = await cells
      .find({ centre: { $nearSphere: near } }, { ...(session && { session }) })
      .limit(limit + extraCells)
      .project<Pick<CellDocument, '_id' | 'rooms'>>({ rooms: 1 })
      .toArray();
    return found
      .map((one) => ({ cell: one._id, rooms: one.rooms, distance: distanceMetres(centre, cellCentre(one._id)) }))
      .filter((one) => one.distance <= radius && (after === undefined || compareCells(one, after) > 0))
      .sort(compareCells);
  };
}

/** Metres on MongoDB's earth, which is 1.00111 times as large (6,378,100 m), with a metre for rounding. */
const atLeast = (metres = 0) => Math.max(0, metres * 1.0011 - 1);
const atMost = (metres: number) => metres * 1.002 + 1;

function compareCells(a: Omit<FoundCell, 'rooms'>, b: Omit<FoundCell, 'rooms'>): number {
  return a.distance - b.distance || (a.cell === b.cell ? 0 : a.cell < b.cell ? -1 : 1);
}

/** Returns the first cells that together contain `limit` rooms, or all of them. */
export function cellsWithRooms(cells: readonly FoundCell[], limit: number): FoundCell[] {
  let rooms = 0;
  const full = cells.findIndex((one) => {
    rooms += one.rooms;
    return rooms >= limit;
  });
  return full < 0 ? [...cells] : cells.slice(0, full + 1);
}
