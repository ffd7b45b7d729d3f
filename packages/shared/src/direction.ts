// Apart from the schema of an area: pages use it, and a bundler would keep the schema library with it.

/** The eight directions of the compass, clockwise from north. */
export const directions = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export type Direction = (typeof directions)[number];
