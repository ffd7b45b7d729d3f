/** Metres: the widest search. */
const widest = 50_000;

/** The upper bounds in metres of the bands in which distances are published. The last one is the widest search. */
export const distanceBands = [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, widest] as const;

/** Returns the upper bound of the band that contains a distance in metres. Distances beyond the last band return the last bound. */
export function distanceBand(metres: number): number {
  return distanceBands.find((bound) => metres <= bound) ?? widest;
}
