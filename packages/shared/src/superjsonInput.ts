import { WireObjectId } from './superjson.ts';

/**
 * Decodes superjson text from untrusted senders. superjson itself trusts its annotations: text in place of a tree makes
 * it recurse until the stack overflows (about 20 ms for 40 bytes), a typed array gets the length that the sender gives, and
 * all data is copied. This decoder reads a limited number of annotations, of the kinds that inputs and events use, at a constant cost
 * for each. An annotation of another kind makes only its own value unreadable, so fields that no schema
 * reads may have any value.
 */

/** The most fields and annotations of an input. Inputs have a few, but strict schemas report every unknown field. */
const fieldsMax = 64;
const annotationsMax = 16;
/** The most characters of a path, and fields along it. */
const pathChars = 128;
const depthMax = 8;

/** Replaces a value that can't be decoded. No schema accepts it, so the call is refused if it needs the value. */
export class UnreadableInput {}

/** Decodes superjson's output. Annotated values are replaced in place. Never throws. */
export function readSuperjson(value: unknown): unknown {
  if (!isRecord(value) || !('json' in value)) return new UnreadableInput();
  const { json, meta } = value;
  if (isRecord(json) && !hasFewFields(json)) return new UnreadableInput();
  if (meta === undefined) return json;
  if (!isRecord(meta)) return new UnreadableInput();
  // Annotations of shared references are ignored, because superjson writes the object in each place.
  return meta.values === undefined ? json : readAnnotated(json, meta.values);
}

function hasFewFields(json: Record<string, unknown>): boolean {
  let left = fieldsMax;
  for (const _ in json) {
    left -= 1;
    if (left < 0) return false;
  }
  return true;
}

function readAnnotated(json: unknown, annotations: unknown): unknown {
  if (Array.isArray(annotations)) return revive(annotations[0], json);
  if (!isRecord(annotations)) return new UnreadableInput();
  let left = annotationsMax;
  for (const path in annotations) {
    left -= 1;
    const tree = annotations[path];
    if (left < 0 || !Array.isArray(tree) || !replaceAt(json, path, tree[0])) return new UnreadableInput();
  }
  return json;
}

/** Replaces the value at the path. Returns false if the input has no such path. */
function replaceAt(json: unknown, path: string, kind: unknown): boolean {
  const names = namesIn(path);
  const last = names?.pop();
  if (names === undefined || last === undefined) return false;
  let holder = json;
  for (const name of names) {
    if (!hasOwnField(holder, name)) return false;
    holder = holder[name];
  }
  if (!hasOwnField(holder, last)) return false;
  holder[last] = revive(kind, holder[last]);
  return true;
}

/** The names along a path. Dots separate them, and a backslash precedes dots and backslashes within them. */
function namesIn(path: string): string[] | undefined {
  if (path.length > pathChars) return undefined;
  const names = path.includes('\\') ? escapedNamesIn(path) : path.split('.');
  return names && names.length <= depthMax ? names : undefined;
}

const wellFormedPath = /^(?:[^\\]|\\[.\\])*$/;

function escapedNamesIn(path: string): string[] | undefined {
  if (!wellFormedPath.test(path)) return undefined;
  return Array.from(path.matchAll(/(?:^|\.)((?:\\.|[^.\\])*)/g), ([, name = '']) => name.replace(/\\(.)/g, '$1'));
}

/** Names that reach the prototypes of objects. superjson refuses them too. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

function hasOwnField(holder: unknown, name: string): holder is Record<string, unknown> {
  if (typeof holder !== 'object' || holder === null || reserved.has(name) || !Object.hasOwn(holder, name)) return false;
  return !Array.isArray(holder) || name !== 'length';
}

/** superjson's text for the numbers that JSON can't represent. */
const numbers = new Map<unknown, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

const isoDate = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function revive(kind: unknown, value: unknown): unknown {
  if (kind === 'undefined') return undefined;
  if (kind === 'number') return numbers.get(value) ?? new UnreadableInput();
  if (kind === 'Date') return readDate(value) ?? new UnreadableInput();
  if (Array.isArray(kind) && kind[0] === 'custom' && kind[1] === 'ObjectId') {
    return WireObjectId.of(value) ?? new UnreadableInput();
  }
  return new UnreadableInput();
}

function readDate(text: unknown): Date | undefined {
  if (typeof text !== 'string' || !isoDate.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
