/** A box in the space of the unit sphere: the minimum and the maximum on each axis. */
export interface Box {
  sides: readonly (readonly [least: number, greatest: number])[];
  /** Distances from the centre of the search to the nearest and to the farthest point of the box. */
  nearest: number;
  farthest: number;
}

type Point = readonly number[];

export function boxAround(point: Point, reach: number): Box {
  return { sides: point.map((value) => [value - reach, value + reach]), nearest: 0, farthest: reach * Math.sqrt(3) };
}

export const sideOf = ({ sides: [[least, greatest] = [0, 0]] }: Box) => greatest - least;

/** Halves the box on each axis. */
export function boxParts({ sides }: Box, point: Point): Box[] {
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

const origin: Point = [0, 0, 0];
/** More than the error of rounding to 32 bits. */
const slack = 1e-6;

/** Whether the box has points of the unit sphere's surface. */
export function isOnSphere({ sides }: Box): boolean {
  const { nearest, farthest } = distances(sides, origin);
  return nearest <= 1 + slack && farthest >= 1 - slack;
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
