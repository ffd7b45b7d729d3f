import { plainDatesIn } from './serialize.ts';

/** The JSON text of an object that occurs in several encoded values: a message is in the broker's envelope, in an event and in an answer. */
interface EncodedPart {
  readonly json: string;
  /** The paths of its dates, in superjson's format. */
  readonly dates: readonly string[];
}

/** How many objects are encoded before the older half is forgotten. A group of sends is published and answered together. */
const partsMax = 512;
let recent = new Map<object, EncodedPart>();
let older = new Map<object, EncodedPart>();

/** Encodes an object whose text `encodeAround` uses while it is among the last 512. The object must not change. */
export function encodePart(object: object): void {
  if (recent.has(object)) return;
  const dates = plainDatesIn(object);
  if (dates !== undefined) add(object, { json: JSON.stringify(object), dates: Object.keys(dates) });
}

/** Like `encodePart`, for an object that was decoded from this text. */
export function keepEncodedPart(object: object, part: EncodedPart): void {
  if (!recent.has(object)) add(object, part);
}

function add(object: object, part: EncodedPart): void {
  if (recent.size >= partsMax) {
    older = recent;
    recent = new Map();
  }
  recent.set(object, part);
}

/**
 * The superjson text of a value whose JSON is `before`, the part and `after`, and which has no other dates. Undefined if the part
 * is not encoded.
 *
 * @param path the path of the part in the value, followed by a dot unless it is the root.
 */
export function encodeAround(
  part: object,
  { before, after, path }: { before: string; after: string; path: string },
): string | undefined {
  const encoded = recent.get(part) ?? older.get(part);
  if (encoded === undefined) return undefined;
  const { json, dates } = encoded;
  if (dates.length === 0) return `{"json":${before}${json}${after}}`;
  const values = dates.map((date) => `${JSON.stringify(path + date)}:["Date"]`).join(',');
  return `{"json":${before}${json}${after},"meta":{"values":{${values}},"v":1}}`;
}
