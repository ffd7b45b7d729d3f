import type { Room } from '@earshot/client';
import type { Text } from '../text/en.ts';

/** A room's name for people: its title, or in the language of the texts a name made from its area, if it has one. */
export function roomTitle(
  { name, title, area }: Pick<Room, 'name' | 'title' | 'area'>,
  { inArea }: Text['radar'],
): string {
  if (title !== null) return title;
  if (area === null) return name;
  return area.direction === undefined ? area.name : inArea(area.name, area.direction);
}
