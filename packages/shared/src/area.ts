import { z } from 'zod';
import { type Direction, directions } from './direction.ts';

/**
 * The named surroundings of a room, from which a label can be made in any language. `name` is a town, or a part of a city with its city:
 * `Mitte, Berlin`. `country` is a code of ISO 3166. `direction` is that of the room, seen from the centre of the place; none if it is there.
 */
export const areaSchema = z.object({ name: z.string(), country: z.string(), direction: z.enum(directions).optional() });
export type Area = z.infer<typeof areaSchema>;

const directionNames: Record<Direction, string> = {
  ...{ n: 'north', ne: 'north-east', e: 'east', se: 'south-east' },
  ...{ s: 'south', sw: 'south-west', w: 'west', nw: 'north-west' },
};

/** Returns the English label of an area: `Mitte, Berlin, south-east`. */
export function areaLabel({ name, direction }: Area): string {
  return direction === undefined ? name : `${name}, ${directionNames[direction]}`;
}
