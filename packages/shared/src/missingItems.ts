import { limits } from './limits.ts';

interface PartOfPage {
  /** Maximum number of items. */
  limit: number;
  /** Number of items so far. */
  count: number;
  /** Their characters together. */
  chars: number;
}

/** Returns how many more items fill a page if they are like those on it; 0 if the page is full. */
export function missingItems({ limit, count, chars }: PartOfPage): number {
  if (count >= limit || chars >= limits.pageChars) return 0;
  if (chars === 0) return limit - count;
  return Math.min(limit - count, Math.ceil((limits.pageChars - chars) / (chars / count)));
}
