import type { DatabaseSync } from 'node:sqlite';
import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared/plain';
import { number, text } from './rows.ts';

export interface FoundCell {
  cell: string;
  distance: number;
}

export interface CellSearch {
  centre: Location;
  /** Metres. */
  radius: number;
  /** The least number of cells to return, if there are as many. */
  limit: number;
  /** Only cells after this one, in the order of the result. */
  after?: FoundCell | undefined;
}

/** A box in the space of the unit sphere: the minimum and the maximum on each axis. */
interface Box {
  sides: readonly (readonly [least: number, greatest: number])[];
  /** Distances from the centre of the search to the nearest and to the farthest point of the box. */
  nearest: number;
  farthest: number;
}

/** Maximum number of cells read per box. A box with more is divided. */
const cellsPerBox = 48;
/** In unit-sphere radii: a box this small, about ten metres, has few cells. */
const smallestSide = 1e-6;
/** In unit-sphere radii, about a metre on the ground: more than the error of rounding to 32 bits. */
const roundingTolerance = 2e-7;

/**
 * Finds the nearest cells that contain rooms. The R*Tree stores their centres as points of the unit sphere in three dimensions, so that
 * neighbours across the antimeridian and over the poles need no special case. It rounds its 32-bit boxes outwards, and so finds every
 * candidate; the exact distance then decides.
 *
 * The search starts with a box around the whole search area, and continues with its nearest part, until no remaining part is as near as the
 * cells found. So the cost depends on the number of cells requested, not on the number of cells that exist. A search that continues after a
 * cell drops the boxes that are nearer than it, and leaves out the nearer cells of the others in the statement.
 */
export function nearestCells(raw: DatabaseSync) {
  const inBox = 'max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?';
  const isBeyond = '(min_x - ?) * (min_x - ?) + (min_y - ?) * (min_y - ?) + (min_z - ?) * (min_z - ?) >= ?';
  const read = raw.prepare(
    `SELECT cells.* FROM cell_points JOIN cells ON cells.id = cell_points.id WHERE ${inBox} AND ${isBeyond}`,
  );
  const count = raw.prepare(
    `SELECT count(*) AS count FROM (SELECT 1 FROM cell_points WHERE ${inBox} LIMIT ${cellsPerBox + 1})`,
  );

  /** Returns the cells whose centres are within `radius` metres: nearest first, equally near ones by name. */
  return ({ centre, radius, limit, after }: CellSearch): FoundCell[] => {
    const point = toUnitVector(centre);
    const beyond = Math.max(0, chordLength(after?.distance ?? 0) - roundingTolerance);
    const fromCentre = [...point.flatMap((axis) => [axis, axis]), beyond ** 2];
    const found = new Map<string, FoundCell>();
    let sorted: FoundCell[] = [];
    const boxes = [boxAround(point, chordLength(radius) + roundingTolerance)];
    for (let box = takeNearest(boxes); box !== undefined; box = takeNearest(boxes)) {
      const last = sorted[limit - 1];
      if (last && box.nearest > chordLength(last.distance) + roundingTolerance) break;
      const bounds = box.sides.flat();
      const cells = number(count.get(...bounds)?.count);
      if (cells > cellsPerBox && sideOf(box) > smallestSide) {
        boxes.push(...parts(box, point).filter(({ farthest }) => farthest >= beyond));
      } else if (cells > 0) {
        for (const row of read.all(...bounds, ...fromCentre)) {
          const location = { latitude: number(row.latitude), longitude: number(row.longitude) };
          const one = { cell: text(row.cell), distance: distanceMetres(centre, location) };
          const isWithin = one.distance <= radius && (after === undefined || compareCells(one, after) > 0);
          if (isWithin) found.set(one.cell, one); // two boxes may share a point on their border
        }
        sorted = [...found.values()].sort(compareCells);
      }
    }
    return sorted;
  };
}

function compareCells(a: FoundCell, b: FoundCell): number {
  return a.distance - b.distance || (a.cell === b.cell ? 0 : a.cell < b.cell ? -1 : 1);
}

type Point = readonly number[];

function boxAround(point: Point, reach: number): Box {
  return { sides: point.map((value) => [value - reach, value + reach]), nearest: 0, farthest: reach * Math.sqrt(3) };
}

const sideOf = ({ sides: [[least, greatest] = [0, 0]] }: Box) => greatest - least;

/** Halves the box on each axis. */
function parts({ sides }: Box, point: Point): Box[] {
  let all: Box['sides'][] = [[]];
  for (const [least, greatest] of sides) {
    const middle = (least + greatest) / 2;
    all = all.flatMap((begun) => [
      [...begun, [least, middle]],
      [...begun, [middle, greatest]],
    ]);
  }
  return all.map((part) => ({ sides: part, ...distances(part, point) }));
}

/** Returns the distances from the point to the nearest and to the farthest point of the box. */
function distances(sides: Box['sides'], point: Point): Pick<Box, 'nearest' | 'farthest'> {
  let [nearest, farthest] = [0, 0];
  for (const [axis, [least, greatest]] of sides.entries()) {
    const value = point[axis] ?? 0;
    nearest += Math.max(0, least - value, value - greatest) ** 2;
    farthest += Math.max(greatest - value, value - least) ** 2;
  }
  return { nearest: Math.sqrt(nearest), farthest: Math.sqrt(farthest) };
}

function takeNearest(boxes: Box[]): Box | undefined {
  let best = 0;
  for (const [index, { nearest }] of boxes.entries()) if (nearest < (boxes[best]?.nearest ?? 0)) best = index;
  return boxes.splice(best, 1)[0];
}
