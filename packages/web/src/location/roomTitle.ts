import type { Room } from '@earshot/client';
import type { Text } from '../text/en.ts';

/** A room's name for people, in the language of the texts: made from its area, if it has one. */
export function roomTitle({ name, area }: Pick<Room, 'name' | 'area'>, { inArea }: Text['radar']): string {
  if (area === null) return name;
  return area.direction === undefined ? area.name : inArea(area.name, area.direction);
}
