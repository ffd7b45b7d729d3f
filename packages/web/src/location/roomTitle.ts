import { parseRoomName } from '@earshot/shared';
import type { Text } from '../text/en.ts';

/** A room's name for people: a chosen name is unchanged, a generated one is translated. */
export function roomTitle(name: string, { near }: Text['radar']): string {
  const coordinates = parseRoomName(name);
  return coordinates === null ? name : near(coordinates);
}

/** The short form, for narrow spaces. */
export const shortTitle = (name: string): string => parseRoomName(name) ?? name;
