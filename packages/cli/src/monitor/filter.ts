import type { Frame } from './frame.ts';

interface FilterOptions {
  /** Show only these types. */
  only?: readonly string[] | undefined;
  /** Hide these types. */
  not?: readonly string[] | undefined;
}

/**
 * Returns a filter for frames. A pattern is a type, in any case, or a prefix with a `*`: `message.*`. A frame with several
 * types is shown if any of them matches.
 */
export function createFilter({ only, not = [] }: FilterOptions): (frame: Pick<Frame, 'types'>) => boolean {
  const wanted = (type: string) => (only === undefined || only.some(fits(type))) && !not.some(fits(type));
  return ({ types }) => types.some(wanted);
}

const fits = (type: string) => (pattern: string) => {
  const [name, wish] = [type.toLowerCase(), pattern.toLowerCase()];
  return wish.endsWith('*') ? name.startsWith(wish.slice(0, -1)) : name === wish;
};
