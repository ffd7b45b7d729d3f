import { superjson } from './superjson.ts';

/** superjson's output, except that `json` has `Date` objects. It has the same JSON text. */
export interface Serialized {
  json: unknown;
  meta?: unknown;
}

/**
 * A fast `serialize` with exactly the JSON text of superjson's. It handles most of our data:
 * plain objects and arrays of text, numbers and dates, each object in one place. superjson handles the rest.
 */
export function serialize(value: unknown): Serialized {
  const dates = typeof value === 'object' && value !== null ? plainDatesIn(value) : undefined;
  if (dates === undefined) return superjson.serialize(value);
  return dates === noDates ? { json: value } : { json: value, meta: { values: dates, v: 1 } };
}

/** The dates of an object by their paths, in superjson's format. Undefined if the object has other data that superjson has to encode. */
export function plainDatesIn(object: object): Readonly<Record<string, ['Date']>> | undefined {
  const walk = new Walk();
  return walk.isPlain(object, '') ? (walk.dates ?? noDates) : undefined;
}

const noDates = {};

class Walk {
  /** The paths of dates, in superjson's format. */
  dates: Record<string, ['Date']> | undefined;
  /** superjson restores an object in two places as one object, so those are left to it. */
  readonly #seen = new Set<object>();

  /** `path`: the path of the object, followed by a dot unless it is the root. */
  isPlain(object: object, path: string): boolean {
    if (this.#seen.has(object)) return false;
    this.#seen.add(object);
    if (Array.isArray(object)) return object.every((item, index) => this.#isPlainAt(item, path, index));
    if (!isRecord(object)) return false;
    // Iterates keys, because `Object.entries` would allocate an array for each field of each message.
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

/** Objects order index keys before all others. superjson collects paths in objects, so its order would differ. */
const isIndex = (key: string | number) => typeof key === 'number' || /^\d/.test(key);

/** Keys that superjson escapes or refuses. */
const special = /[.\\]|^(__proto__|constructor|prototype)$/;
