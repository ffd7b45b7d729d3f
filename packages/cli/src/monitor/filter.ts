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
  const isShown = (type: string) => (only === undefined || only.some(matches(type))) && !not.some(matches(type));
  return ({ types }) => types.some(isShown);
}

const matches = (type: string) => (pattern: string) => {
  const [name, lowerPattern] = [type.toLowerCase(), pattern.toLowerCase()];
  return lowerPattern.endsWith('*') ? name.startsWith(lowerPattern.slice(0, -1)) : name === lowerPattern;
};
