import { superjson } from './superjson.ts';

/** What becomes superjson's output once it is JSON text; dates stand in `json` as they are. */
export interface Serialized {
  json: unknown;
  meta?: unknown;
}

/**
 * superjson's `serialize`, whose text this gives to the letter, at a fraction of its price for what most of our data is:
 * plain objects and arrays of text, numbers and dates, each object in one place. The rest is left to superjson itself.
 */
export function serialize(value: unknown): Serialized {
  const walk = new Walk();
  if (typeof value !== 'object' || value === null || !walk.isPlain(value, '')) return superjson.serialize(value);
  return walk.dates === undefined ? { json: value } : { json: value, meta: { values: walk.dates, v: 1 } };
}

class Walk {
  /** Where dates stand, as superjson notes it. */
  dates: Record<string, ['Date']> | undefined;
  /** An object in two places is the same object again at the other end. */
  readonly #seen = new Set<object>();

  /** `path`: of the object, with a dot after it where it is not the root. */
  isPlain(object: object, path: string): boolean {
    if (this.#seen.has(object)) return false;
    this.#seen.add(object);
    if (Array.isArray(object)) return object.every((item, index) => this.#isPlainAt(item, path, index));
    if (!isRecord(object)) return false;
    // Keys, not entries: those would be an array for each field of each message.
    for (const key of Object.keys(object)) {
      if (special.test(key) || !this.#isPlainAt(object[key], path, key)) return false;
    }
    return true;
  }

  #isPlainAt(value: unknown, path: string, key: string | number): boolean {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return true;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0);
      case 'object':
        if (value === null) return true;
        if (!(value instanceof Date)) return this.isPlain(value, `${path}${key}.`);
        return !isIndex(key) && this.#isDate(value, path + key);
      default:
        return false;
    }
  }

  #isDate(date: Date, path: string): boolean {
    if (this.#seen.has(date) || Number.isNaN(date.getTime())) return false;
    this.#seen.add(date);
    this.dates ??= {};
    this.dates[path] = ['Date'];
    return true;
  }
}

const isRecord = (object: object): object is Record<string, unknown> =>
  Object.getPrototypeOf(object) === Object.prototype;

/** Objects put such keys before all others, and superjson makes objects of them on its way: another order. */
const isIndex = (key: string | number) => typeof key === 'number' || /^\d/.test(key);

/** Keys that superjson escapes, and those that it refuses. */
const special = /[.\\]|^(__proto__|constructor|prototype)$/;
