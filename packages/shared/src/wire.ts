import { z } from 'zod';
import { serialize } from './serialize.ts';
import { idPattern, isId, isObjectId, superjson } from './superjson.ts';
import { readSuperjson } from './superjsonInput.ts';

export { newId, newRandomId } from './newId.ts';
export { isId, isObjectId };

/**
 * Encodes and decodes ids and dates for BSON, superjson and MongoDB's Extended JSON. No other file does, except superjson.ts, its
 * part for browsers. Inside the program, an id is its ObjectId in lower-case hex and a time is a Date.
 */

/** An id: 12 bytes as 24 lower-case hex digits. */
export const idSchema = z.string().regex(idPattern, 'must be an id of 24 hex digits');

/** Converts the id in a document's `_id` or reference. An ObjectId becomes its hex, text is unchanged, else throws a TypeError. */
export function idFromBson(value: unknown): string {
  if (isObjectId(value)) return value.toHexString();
  if (typeof value === 'string') return value;
  throw new TypeError(`not an id: ${typeof value}`);
}

/**
 * Converts an id to its form in documents. The driver's class is a parameter, so that browsers need no BSON library.
 * An id that is not an ObjectId in hex (a room that legacy clients named) remains text.
 */
export function idToBson<T>(ObjectId: new (hex: string) => T, id: string): T | string {
  return isId(id) ? new ObjectId(id) : id;
}

/** superjson for tRPC servers. Undecodable parts of an input become a value that every schema refuses. Never throws on input. */
export const transformer = {
  input: {
    serialize: (value: unknown) => superjson.serialize(value),
    /** Replaces annotated values in place. */
    deserialize: (value: unknown): unknown => (value === undefined ? undefined : readSuperjson(value)),
  },
  output: {
    serialize,
    deserialize: (value: Parameters<typeof superjson.deserialize>[0]) => superjson.deserialize(value),
  },
};

/** Encodes any value that superjson supports as text, for brokers and files. */
export const encodeWire = (value: unknown): string => JSON.stringify(serialize(value));

/** Decodes the text of `encodeWire`. Throws on text that is not superjson. The result must be validated. */
export const decodeWire = (text: string): unknown => superjson.parse(text);

/** MongoDB Extended JSON v2 (canonical form) of an id and of a time. */
export const idToExtendedJson = (id: string) => ({ $oid: id });
export const dateToExtendedJson = (date: Date) => ({ $date: { $numberLong: String(date.getTime()) } });

const extendedId = z.object({ $oid: idSchema });
const extendedDate = z.object({
  $date: z.union([z.object({ $numberLong: z.string().regex(/^-?\d{1,16}$/) }), z.string()]),
});

const rfc3339 = z.iso.datetime({ offset: true });
const leapSecond = /^(.{16}):60(?=[.Z+-])/;

/**
 * Parses RFC 3339 text with any offset and any number of decimals, truncated to the millisecond;
 * `exact` if nothing was lost. A leap second counts as the second after it. Throws a ZodError on anything else.
 */
export function dateFromRfc3339(text: string): { date: Date; exact: boolean } {
  const upper = text.toUpperCase(); // RFC 3339 allows a lower-case t and z
  const cut = /\.\d{3}(\d+)/.exec(upper)?.[1] ?? '';
  const time = new Date(rfc3339.parse(upper.replace(leapSecond, '$1:59'))).getTime();
  return { date: new Date(leapSecond.test(upper) ? time + 1_000 : time), exact: /^0*$/.test(cut) };
}

/** Parses an id in its Extended JSON form or as plain text. Throws a ZodError on anything else. */
export function idFromExtendedJson(value: unknown): string {
  return typeof value === 'string' ? idSchema.parse(value) : extendedId.parse(value).$oid;
}

/** Parses a time in Extended JSON (canonical or relaxed) or RFC 3339 text. Throws a ZodError on anything else. */
export function dateFromExtendedJson(value: unknown): Date {
  if (typeof value === 'string') return dateFromRfc3339(value).date;
  const { $date } = extendedDate.parse(value);
  if (typeof $date === 'string') return dateFromRfc3339($date).date;
  // Some numbers of 16 digits are not times: the last possible Date is in the year 275760.
  return z.date().parse(new Date(Number($date.$numberLong)));
}
