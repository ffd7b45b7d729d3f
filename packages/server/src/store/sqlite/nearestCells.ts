import type { DatabaseSync } from 'node:sqlite';
import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared/plain';
import { number, text } from './rows.ts';

export interface FoundCell {
  cell: string;
  distance: number;
}

/** A box in the space of the unit sphere: the least and the greatest value on each axis. */
interface Box {
  sides: readonly (readonly [least: number, greatest: number])[];
  /** No point in it is nearer to the centre of the search. */
  nearest: number;
}

/** Cells of one box that are read. A box with more is divided. */
const cellsPerBox = 48;
/** In unit-sphere radii: a box so small, some ten metres, has few cells. */
const smallestSide = 1e-6;
/** In unit-sphere radii: above what rounding to 32 bits can do, a metre on the ground. */
const slack = 2e-7;

/**
 * Finds the nearest cells in which there are rooms. The R*Tree holds their centres as points of the unit sphere in three
 * dimensions, so that neighbours across the antimeridian and over the poles need no special case. It rounds its 32-bit boxes
 * outwards, and so finds every candidate; the exact distance then decides.
 *
 * The search begins with a box around all that is asked for, and goes on with the nearest part of it, until no part left is as near
 * as what was found. So its work depends on the number of cells asked for, not on how many there are.
 */
export function nearestCells(raw: DatabaseSync) {
  const inBox = 'max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?';
  const read = raw.prepare(`SELECT cells.* FROM cell_points JOIN cells ON cells.id = cell_points.id WHERE ${inBox}`);
  const count = raw.prepare(
    `SELECT count(*) AS count FROM (SELECT 1 FROM cell_points WHERE ${inBox} LIMIT ${cellsPerBox + 1})`,
  );

  /** `limit` cells whose centres are within `radius` metres, or more, nearest first; equally near ones by name. */
  return (centre: Location, radius: number, limit: number): FoundCell[] => {
    const point = toUnitVector(centre);
    const found = new Map<string, FoundCell>();
    let sorted: FoundCell[] = [];
    const boxes = [boxAround(point, chordLength(radius) + slack)];
    for (let box = takeNearest(boxes); box !== undefined; box = takeNearest(boxes)) {
      const last = sorted[limit - 1];
      if (last && box.nearest > chordLength(last.distance) + slack) break;
      const bounds = box.sides.flat();
      const cells = number(count.get(...bounds)?.count);
      if (cells > cellsPerBox && sideOf(box) > smallestSide) boxes.push(...parts(box, point));
      else if (cells > 0) {
        for (const row of read.all(...bounds)) {
          const location = { latitude: number(row.latitude), longitude: number(row.longitude) };
          const one = { cell: text(row.cell), distance: distanceMetres(centre, location) };
          if (one.distance <= radius) found.set(one.cell, one); // two boxes may have a point at their border
        }
        sorted = [...found.values()].sort((a, b) => a.distance - b.distance || (a.cell < b.cell ? -1 : 1));
      }
    }
    return sorted;
  };
}

type Point = readonly number[];

function boxAround(point: Point, reach: number): Box {
  return { sides: point.map((value) => [value - reach, value + reach]), nearest: 0 };
}

const sideOf = ({ sides: [[least, greatest] = [0, 0]] }: Box) => greatest - least;

/** Halved on each axis. */
function parts({ sides }: Box, point: Point): Box[] {
  let all: Box['sides'][] = [[]];
  for (const [least, greatest] of sides) {
    const middle = (least + greatest) / 2;
    all = all.flatMap((begun) => [
      [...begun, [least, middle]],
      [...begun, [middle, greatest]],
    ]);
  }
  return all.map((part) => ({ sides: part, nearest: distanceTo(part, point) }));
}

/** From the point to the nearest of the box. */
function distanceTo(sides: Box['sides'], point: Point): number {
  let sum = 0;
  for (const [axis, [least, greatest]] of sides.entries()) {
    const value = point[axis] ?? 0;
    sum += Math.max(0, least - value, value - greatest) ** 2;
  }
  return Math.sqrt(sum);
}

function takeNearest(boxes: Box[]): Box | undefined {
  let best = 0;
  for (const [index, { nearest }] of boxes.entries()) if (nearest < (boxes[best]?.nearest ?? 0)) best = index;
  return boxes.splice(best, 1)[0];
}
