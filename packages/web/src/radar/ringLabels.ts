import { type Box, discBox, overlaps } from './labels.ts';
import { plot, type Range, rings, type Scale } from './projection.ts';
import type { Disc, Point } from './spread.ts';

/** The label of a ring: its distance. */
export interface RingLabel extends Point {
  metres: number;
}

/** Degrees at which the labels can stand in a row from the centre to the rim, best first. */
const bearings = [45, 315, 135, 225, 25, 335, 65, 295, 155, 205, 115, 245] as const;
const size = { width: 44, height: 16 };

export const ringLabelBox = ({ x, y }: Point): Box => ({
  left: x - size.width / 2,
  right: x + size.width / 2,
  top: y - size.height / 2,
  bottom: y + size.height / 2,
});

/** Places the labels where the fewest rooms cover them, and omits those that are still covered. */
export function layOutRingLabels(discs: readonly Disc[], radius: number, range: Range, scale: Scale): RingLabel[] {
  const boxes = discs.map(discBox);
  const isSeen = (label: RingLabel) => !boxes.some((box) => overlaps(box, ringLabelBox(label)));
  return bearings
    .map((bearing) =>
      rings(range, scale).map((metres) => ({ metres, ...plot({ bearing, metres }, radius, range, scale) })),
    )
    .map((row) => row.filter(isSeen))
    .reduce((best, row) => (row.length > best.length ? row : best));
}
