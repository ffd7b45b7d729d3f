import { type Box, discBox, overlaps } from './labels.ts';
import { plot, type Range, rings, type Scale } from './projection.ts';
import type { Disc, Point } from './spread.ts';

/** The distance of a ring, written on it. */
export interface RingLabel extends Point {
  metres: number;
}

/** Degrees at which the distances may stand in a row from the middle to the rim, the best looking first. */
const bearings = [45, 315, 135, 225, 25, 335, 65, 295, 155, 205, 115, 245] as const;
const size = { width: 44, height: 16 };

export const ringLabelBox = ({ x, y }: Point): Box => ({
  left: x - size.width / 2,
  right: x + size.width / 2,
  top: y - size.height / 2,
  bottom: y + size.height / 2,
});

/** Writes the distances where the fewest rooms lie over them, and leaves out those that one lies over still. */
export function placeRingLabels(discs: readonly Disc[], radius: number, range: Range, scale: Scale): RingLabel[] {
  const boxes = discs.map(discBox);
  const isSeen = (label: RingLabel) => !boxes.some((box) => overlaps(box, ringLabelBox(label)));
  return bearings
    .map((bearing) =>
      rings(range, scale).map((metres) => ({ metres, ...plot({ bearing, metres }, radius, range, scale) })),
    )
    .map((row) => row.filter(isSeen))
    .reduce((best, row) => (row.length > best.length ? row : best));
}
