import { skeleton } from './skeleton.ts';

/** The longest key, in UTF-16 units. */
const keyMax = 128;

/**
 * Folds a name to find it by its beginning: without case, accents and invisible characters, and with one form for characters that look alike
 * (UTS #39). It is stored: after a change of the table of lookalikes, members with changed characters are found when they join again.
 */
export function nameKey(name: string): string {
  const folded = skeleton(name.normalize('NFKC').toLowerCase()).toLowerCase();
  return folded.replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().slice(0, keyMax).toWellFormed();
}
