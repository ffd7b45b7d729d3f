import { EarshotError } from '@earshot/shared';
import { skeleton } from '@earshot/shared/lookalikes';
import { LatestEntries } from '../async/latestEntries.ts';

/** The names of roles, in the languages of the page, and of the service. */
const builtIn = [
  'admin',
  'administrator',
  'administratorin',
  'mod',
  'moderation',
  'moderator',
  'moderatorin',
  'Earshot',
] as const;

/** Digits that are written for letters. Skeletons have letters for 0 and 1. */
const lettersByDigit: Record<string, string> = { 3: 'e', 4: 'a', 5: 's', 7: 't' };

/** Maximum number of cached results, about 1 MB: users who return together have the names that they had. */
const cachedMax = 10_000;

const between = /[^\p{L}\p{N}\p{M}]+/u;
/** Digits before or after a word. */
const outerDigits = /(?<![\p{L}\p{N}\p{M}])\p{N}+|\p{N}+(?![\p{L}\p{N}\p{M}])/gu;

/**
 * The names that only users with an account may have. Case, width, accents, spaces, punctuation and lookalike characters don't matter, and
 * neither do digits before or after a word. A name is reserved, too, if some of its words are.
 */
export class ReservedNames {
  readonly #names: ReadonlySet<string>;
  readonly #longest: number;
  /** Results for the names that were checked last. */
  readonly #cached = new LatestEntries<string, boolean>(cachedMax);

  /** `added`: the operator's, beside those of roles and of the service. */
  constructor(added: readonly string[]) {
    this.#names = new Set([...builtIn, ...added].map((name) => fold(name).join('')));
    this.#longest = Math.max(...Array.from(this.#names, ({ length }) => length));
  }

  includes(name: string): boolean {
    const cached = this.#cached.get(name);
    if (cached !== undefined) return cached;
    const isReserved = this.#isReserved(name);
    this.#cached.set(name, isReserved);
    return isReserved;
  }

  #isReserved(name: string): boolean {
    for (const form of formsOf(name)) if (this.#includesRun(fold(form))) return true;
    return false;
  }

  /** Throws `NAME_RESERVED`. */
  requireFree(name: string): void {
    if (!this.includes(name)) return;
    throw new EarshotError('NAME_RESERVED', { message: `The name “${name}” is reserved. Choose another name.` });
  }

  /** Whether words in a row, written together, are a reserved name. */
  #includesRun(words: readonly string[]): boolean {
    for (let start = 0; start < words.length; start += 1) {
      let run = '';
      for (let end = start; end < words.length && run.length < this.#longest; end += 1) {
        run += words[end];
        if (this.#names.has(run)) return true;
      }
    }
    return false;
  }
}

/** The forms of a name to look for, with and without outer digits. They are equal for most names. */
function formsOf(name: string): ReadonlySet<string> {
  const plain = name.normalize('NFKC');
  const lookalike = skeleton(plain); // some capitals look like other letters than their small forms
  return new Set([plain, plain.replace(outerDigits, ''), lookalike, lookalike.replace(outerDigits, '')]);
}

/** The words of a text, in a form that is the same for texts that look alike or differ in case, accents or punctuation. */
function fold(text: string): string[] {
  return skeleton(text.normalize('NFKC').toLowerCase())
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[3457]/g, (digit) => lettersByDigit[digit] ?? digit)
    .replaceAll('i', 'l') // a small L, a capital i and a one look alike
    .split(between)
    .filter((word) => word !== '');
}
