import type { DatabaseSync } from 'node:sqlite';
import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared/plain';
import { type Box, boxAround, boxParts, isOnSphere, sideOf } from './boxes.ts';
import { number, text } from './rows.ts';

export interface FoundCell {
  cell: string;
  distance: number;
}

export interface CellSearch {
  centre: Location;
  /** Metres. */
  radius: number;
  /** Number of cells that the caller is likely to need. Any number can be taken. */
  limit: number;
  /** Only cells after this one, in the order of the result. */
  after?: FoundCell | undefined;
}

/** A part of the search area: the points at a distance from its centre of more than `inner` and at most `outer` metres. */
interface Shell {
  inner: number;
  outer: number;
}

/** In unit-sphere radii, about a metre on the ground: more than the error of rounding to 32 bits. */
const slack = 2e-7;
/** Metres: within this radius there are never more than about 200 cells. */
const discRadius = 6_000;
/** Metres: the first search around a place. */
const firstRadius = 1_500;
/** Metres: the shell is never divided further. */
const leastThickness = 50;
/** Square metres per cell, on average, where every cell has rooms. */
const cellArea = 740_000;

/**
 * Finds the nearest cells that contain rooms. The R*Tree stores their centres as points of the unit sphere in three dimensions, so that
 * neighbours across the antimeridian and over the poles need no special case. It rounds its 32-bit boxes outwards, and so finds every
 * candidate; the exact distance then decides.
 *
 * The search proceeds outwards in shells. A shell becomes thicker while few cells are found, and is divided when it has many more than the
 * caller needs. So the cost depends on the number of cells taken, and on the circumference at which the search begins, not on the number
 * of cells that exist.
 */
export function nearestCells(raw: DatabaseSync) {
  const inBox = 'max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ? AND max_z >= ? AND min_z <= ?';
  const squareFromCentre = '(min_x - ?) * (min_x - ?) + (min_y - ?) * (min_y - ?) + (min_z - ?) * (min_z - ?)';
  const read = raw.prepare(
    `SELECT cells.* FROM cell_points JOIN cells ON cells.id = cell_points.id
     WHERE ${inBox} AND ${squareFromCentre} BETWEEN ? AND ?`,
  );
  const count = raw.prepare(
    `SELECT count(*) AS count FROM (SELECT 1 FROM cell_points WHERE ${inBox} LIMIT ${cellsPerBox + 1})`,
  );
  const countIn = ({ sides }: Box) => number(count.get(...sides.flat())?.count);

  /** Reads the cells of a shell. Undefined if there are more than `max`. */
  function readShell({ inner, outer }: Shell, boxes: SearchBoxes, max: number): FoundCell[] | undefined {
    const { centre, point } = boxes;
    const near = Math.max(0, chordLength(inner) - slack);
    const far = chordLength(outer) + slack;
    const bounds = [...point.flatMap((axis) => [axis, axis]), near ** 2, far ** 2];
    const found = new Map<string, FoundCell>(); // two boxes may share a point on their border
    for (const { sides } of outer <= discRadius ? [boxAround(point, far)] : boxes.between(near, far)) {
      for (const row of read.all(...sides.flat(), ...bounds)) {
        const location = { latitude: number(row.latitude), longitude: number(row.longitude) };
        const distance = distanceMetres(centre, location);
        if (distance <= outer) found.set(text(row.cell), { cell: text(row.cell), distance });
      }
      if (found.size > max) return undefined;
    }
    return [...found.values()];
  }

  /** The cells whose centres are within `radius` metres: nearest first, equally near ones by name. */
  return function* ({ centre, radius, limit, after }: CellSearch): Generator<FoundCell, void, void> {
    const boxes = new SearchBoxes(centre, radius, countIn);
    const max = 2 * limit + cellsPerBox;
    let last = after;
    let inner = after?.distance ?? 0;
    let thickness = after ? thicknessAt(inner) : firstRadius;
    while (inner < radius) {
      const outer = Math.min(radius, inner + thickness);
      const found = readShell({ inner, outer }, boxes, thickness > leastThickness ? max : Number.POSITIVE_INFINITY);
      if (found === undefined) {
        thickness = Math.max(leastThickness, thickness / 4);
        continue;
      }
      for (const one of found.sort(compareCells)) {
        if (last !== undefined && compareCells(one, last) <= 0) continue;
        last = one;
        yield one;
      }
      inner = outer;
      thickness *= 2;
    }
  };
}

/** Maximum number of cells in a box of the search. One with more is divided, unless it is small. */
const cellsPerBox = 48;
/** In unit-sphere radii: a box this small, six kilometres, has few cells. */
const smallSide = 1e-3;

/** The boxes of one search, which divides them as it needs them. */
class SearchBoxes {
  readonly centre: Location;
  readonly point: readonly number[];
  readonly #countIn: (box: Box) => number;
  readonly #whole: Box;
  readonly #parts = new Map<Box, readonly Box[]>();

  constructor(centre: Location, radius: number, countIn: (box: Box) => number) {
    this.centre = centre;
    this.point = toUnitVector(centre);
    this.#countIn = countIn;
    this.#whole = boxAround(this.point, chordLength(radius) + slack);
  }

  /** The boxes with points at these distances from the centre, in unit-sphere radii. */
  *between(near: number, far: number, box: Box = this.#whole): Generator<Box, void, void> {
    if (box.nearest > far || box.farthest < near) return;
    const parts = this.#partsOf(box);
    if (parts === null) yield box;
    else for (const part of parts) yield* this.between(near, far, part);
  }

  /** The parts of a box; null if it is not divided. */
  #partsOf(box: Box): readonly Box[] | null {
    if (sideOf(box) <= smallSide) return null;
    const known = this.#parts.get(box);
    if (known) return known.length === 0 ? null : known;
    const isDivided = this.#countIn(box) > cellsPerBox;
    const parts = isDivided ? boxParts(box, this.point).filter(isOnSphere) : [];
    this.#parts.set(box, parts);
    return isDivided ? parts : null;
  }
}

/** Metres: about as thick as a shell with a hundred cells, where every cell has rooms. */
const thicknessAt = (distance: number) =>
  Math.min(firstRadius, Math.max(leastThickness, (100 * cellArea) / (2 * Math.PI * Math.max(1, distance))));

function compareCells(a: FoundCell, b: FoundCell): number {
  return a.distance - b.distance || (a.cell === b.cell ? 0 : a.cell < b.cell ? -1 : 1);
}
