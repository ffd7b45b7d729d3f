import type { Frame } from './frame.ts';

interface FilterOptions {
  /** Show these types alone. */
  only?: readonly string[] | undefined;
  /** Leave these types out. */
  not?: readonly string[] | undefined;
}

/**
 * Which frames to show. A pattern is a type, in any case, or its beginning with a `*`: `message.*`. A frame that holds
 * several types is shown for the sake of any one of them.
 */
export function createFilter({ only, not = [] }: FilterOptions): (frame: Pick<Frame, 'types'>) => boolean {
  const wanted = (type: string) => (only === undefined || only.some(fits(type))) && !not.some(fits(type));
  return ({ types }) => types.some(wanted);
}

const fits = (type: string) => (pattern: string) => {
  const [name, wish] = [type.toLowerCase(), pattern.toLowerCase()];
  return wish.endsWith('*') ? name.startsWith(wish.slice(0, -1)) : name === wish;
};
