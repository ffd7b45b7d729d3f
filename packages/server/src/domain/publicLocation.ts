import { coarse } from '../cells.ts';

/**
 * The public form of a location: the centre of its map cell. The exact point where a room was created stays on the server: three distances
 * from known points would locate the person who stood there.
 */
export const publicLocation = coarse;
