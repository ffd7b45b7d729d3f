import type { Disc } from './spread.ts';

export interface LabelBox {
  width: number;
  height: number;
}

export const sides = ['below', 'right', 'left', 'above'] as const;
export type Side = (typeof sides)[number];

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Pixels between a disc and its label. */
export const labelGap = 4;

/**
 * Chooses a side for the label of each disc, so that no label overlaps a disc, another label, one of the `obstacles`,
 * or the edge (a square of `edge` pixels around the centre); null if no side is free. Earlier discs choose first.
 */
export function layOutLabels(
  items: readonly (Disc & LabelBox)[],
  edge: number,
  obstacles: readonly Box[] = [],
): (Side | null)[] {
  const occupied = [...items.map(discBox), ...obstacles];
  return items.map((item) => {
    const side = sides.find((one) => isFree(labelBox(item, one), occupied, edge)) ?? null;
    if (side !== null) occupied.push(labelBox(item, side));
    return side;
  });
}

export function labelBox({ x, y, radius, width, height }: Disc & LabelBox, side: Side): Box {
  const away = radius + labelGap;
  const left = { right: x + away, left: x - away - width, below: x - width / 2, above: x - width / 2 }[side];
  const top = { right: y - height / 2, left: y - height / 2, below: y + away, above: y - away - height }[side];
  return { left, right: left + width, top, bottom: top + height };
}

export const discBox = ({ x, y, radius }: Disc): Box => ({
  left: x - radius,
  right: x + radius,
  top: y - radius,
  bottom: y + radius,
});

function isFree(box: Box, occupied: readonly Box[], edge: number): boolean {
  const inside = box.left >= -edge && box.right <= edge && box.top >= -edge && box.bottom <= edge;
  return inside && !occupied.some((other) => overlaps(box, other));
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
