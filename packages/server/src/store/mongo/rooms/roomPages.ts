import { idToBson } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import { cellDistance } from '../../../cells.ts';
import type { NearbyPageSearch } from '../../store.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { toRoom } from '../documents.ts';
import type { FoundRoom } from './findRooms.ts';
import { cellsWithRooms, nearestCellsOf } from './nearestCells.ts';
import { roomIdProblem } from './roomIdProblem.ts';

/** A position in the order of pages: a cell, and the last id read in it. */
interface Progress {
  cell: string;
  distance: number;
  id: RoomDocument['_id'];
}

/**
 * Reads pages of the rooms around a cell: see `Store.roomsNearPage`. Cells and rooms are read one after the other, and may change in
 * between. So the numbers of rooms in the cells only decide how many are read at once, and no room is left out.
 */
export function roomPages({ rooms, cells }: Pick<Collections, 'rooms' | 'cells'>) {
  const nearestCells = nearestCellsOf(cells);

  const read = (filter: Filter<RoomDocument>, limit: number) =>
    rooms.find(filter).sort({ cell: 1, _id: 1 }).limit(limit).toArray();

  /** Appends rooms of one cell until the page is full. */
  async function addFromCell(page: FoundRoom[], { cell, distance, id }: Progress, limit: number): Promise<void> {
    for (let after: typeof id | undefined = id; after !== undefined && page.length < limit; ) {
      const free = limit - page.length;
      const documents = await read({ cell, ...isAfter(after) }, free);
      page.push(...withValidIds(documents).map((document) => ({ room: toRoom(document), distance })));
      after = documents[free - 1]?._id;
    }
  }

  /** Appends all rooms of the cells. Returns whether they were fewer than fit into the page; if not, appends nothing. */
  async function addFromCells(page: FoundRoom[], found: readonly Progress[], limit: number): Promise<boolean> {
    if (found.length === 0) return true;
    const free = limit - page.length;
    const documents = await read({ cell: { $in: found.map(({ cell }) => cell) } }, free);
    if (documents.length === free) return false;
    const byCell = Map.groupBy(withValidIds(documents), ({ cell }) => cell);
    for (const { cell, distance } of found) {
      page.push(...(byCell.get(cell) ?? []).map((document) => ({ room: toRoom(document), distance })));
    }
    return true;
  }

  return async ({ cell, radius, limit, after }: NearbyPageSearch): Promise<FoundRoom[]> => {
    if (!(radius > 0)) return [];
    const page: FoundRoom[] = [];
    let last = after && { cell: after.cell, distance: cellDistance(cell, after.cell) };
    if (after && last && last.distance <= radius) {
      await addFromCell(page, { ...last, id: idToBson(ObjectId, after.roomId) }, limit);
    }
    while (page.length < limit) {
      const found = await nearestCells({ cell, radius, limit: limit - page.length, after: last });
      const next = cellsWithRooms(found, limit - page.length).map((one) => ({ ...one, id: beforeAllIds }));
      const farthest = next.at(-1);
      if (farthest === undefined) break;
      const areAdded = await addFromCells(page, next.slice(0, -1), limit);
      for (const one of areAdded ? [farthest] : next) await addFromCell(page, one, limit);
      last = farthest;
    }
    return page;
  };
}

/** Rooms of the original service may have an id that Earshot can't use. */
const withValidIds = <T extends RoomDocument>(documents: readonly T[]) =>
  documents.filter(({ _id }) => roomIdProblem(_id) === null);

const leastObjectId = new ObjectId('0'.repeat(24));

const beforeAllIds = '';

/** Ids are text first, then ObjectIds; others are of no room. `$gt` compares only ids of one type. */
const isAfter = (id: RoomDocument['_id']): Filter<RoomDocument> =>
  id instanceof ObjectId ? { _id: { $gt: id } } : { $or: [{ _id: { $gt: id } }, { _id: { $gte: leastObjectId } }] };
