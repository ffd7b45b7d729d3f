import type { Text } from '../text/en.ts';

/** The name that the server gives to a room made at a place. */
const given = /^Local chat near (-?\d+\.\d+, -?\d+\.\d+)$/;

/** A room's name for people: one that somebody chose as it is, the server's own in the language of the page. */
export function roomTitle(name: string, { near }: Text['radar']): string {
  const coordinates = given.exec(name)?.[1];
  return coordinates === undefined ? name : near(coordinates);
}

/** The same where space is dear. */
export const shortTitle = (name: string): string => given.exec(name)?.[1] ?? name;
