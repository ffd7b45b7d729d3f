import type { Text } from '../text/en.ts';

/** The name that the server gives to a room created at a location. */
const given = /^Local chat near (-?\d+\.\d+, -?\d+\.\d+)$/;

/** A room's name for people: a chosen name is unchanged, the server's default is translated. */
export function roomTitle(name: string, { near }: Text['radar']): string {
  const coordinates = given.exec(name)?.[1];
  return coordinates === undefined ? name : near(coordinates);
}

/** The short form, for narrow spaces. */
export const shortTitle = (name: string): string => given.exec(name)?.[1] ?? name;
