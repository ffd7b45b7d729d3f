import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dateFromExtendedJson,
  dateFromRfc3339,
  dateToExtendedJson,
  decodeWire,
  encodeWire,
  idFromBson,
  idFromExtendedJson,
  idToBson,
  idToExtendedJson,
  isId,
  newId,
  newRandomId,
  transformer,
} from './wire.ts';

const hexId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 });
const date = fc.date({ noInvalidDate: true });

/** Encodable values: plain data with dates, undefined, bigints, sets and maps in it. */
const wireValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, false),
    fc.double(),
    fc.string(),
    fc.bigInt(),
    date,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key)),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
    fc.uniqueArray(fc.integer(), { maxLength: 4 }).map((items) => new Set(items)),
    fc.array(fc.tuple(fc.string(), date), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
})).value;

describe('newId', () => {
  test('creates different ids that begin with the time', () => {
    const ids = Array.from({ length: 1_000 }, () => newId(1_700_000_000_000));
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every(isId)).toBe(true);
    expect(ids.every((id) => id.startsWith((1_700_000_000).toString(16)))).toBe(true);
    expect(newId(1_700_000_000_000) < newId(1_700_000_001_000)).toBe(true);
  });

  test('creates random ids that do not depend on the time, the process or earlier ids', () => {
    const ids = Array.from({ length: 200 }, newRandomId);
    expect(ids.every(isId)).toBe(true);
    for (let at = 0; at < 24; at += 1) {
      expect(new Set(ids.map((id) => id[at])).size).toBeGreaterThan(8);
    }
  });

  test.each(['', 'x', 'ABCDEFABCDEFABCDEFABCDEF', '0'.repeat(23), '0'.repeat(25), `${'0'.repeat(24)}\n`, 0, null, {}])(
    '%j is not an id',
    (value) => expect(isId(value)).toBe(false),
  );
});

describe('Extended JSON', () => {
  test('ids round-trip, also as plain text and through JSON', () => {
    fc.assert(
      fc.property(hexId, (id) => {
        expect(idFromExtendedJson(JSON.parse(JSON.stringify(idToExtendedJson(id))))).toBe(id);
        expect(idFromExtendedJson(id)).toBe(id);
      }),
    );
  });

  test('dates round-trip to the millisecond in every form', () => {
    fc.assert(
      fc.property(date, (time) => {
        expect(dateFromExtendedJson(JSON.parse(JSON.stringify(dateToExtendedJson(time))))).toEqual(time);
        const year = time.getUTCFullYear();
        if (year < 0 || year > 9999) return; // RFC 3339 has four digits for the year
        expect(dateFromExtendedJson({ $date: time.toISOString() })).toEqual(time);
        expect(dateFromExtendedJson(time.toISOString())).toEqual(time);
      }),
    );
  });

  test.each([
    ['2024-02-29T12:00:00+05:30', '2024-02-29T06:30:00.000Z'],
    ['2024-02-29T12:00:00.123456789Z', '2024-02-29T12:00:00.123Z'],
    ['2024-01-01t00:00:01z', '2024-01-01T00:00:01.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T05:29:60.5+05:30', '2017-01-01T00:00:00.500Z'],
  ])('%s is %s', (text, expected) => expect(dateFromExtendedJson(text).toISOString()).toBe(expected));

  test.each([
    'yesterday',
    '2023-02-29T12:00:00Z',
    '2024-01-01T12:00:00',
    '2024-01-01T12:60:00Z',
    '2024-01-01T12:00:61Z',
    { $date: 'yesterday' },
    '',
    0,
    null,
    {},
    { $date: 0 },
    { $date: { $numberLong: 5 } },
    { $date: { $numberLong: '' } },
    { $date: { $numberLong: '1e3' } },
    { $date: { $numberLong: '8640000000000001' } },
    { $date: { $numberLong: '-9999999999999999' } },
    { $date: { $numberLong: '9'.repeat(40) } },
  ])('%j is not a time', (value) => expect(() => dateFromExtendedJson(value)).toThrow(/"code"/));

  test.each(['', 'x', { $oid: 'x' }, { $oid: { $oid: newId() } }, {}, null, 7, [newId()]])('%j is not an id', (value) =>
    expect(() => idFromExtendedJson(value)).toThrow(/"code"/),
  );
});

describe('superjson', () => {
  test('values round-trip through text and through the transformer', () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        expect(decodeWire(encodeWire(value))).toEqual(value);
        expect(transformer.output.deserialize(JSON.parse(JSON.stringify(transformer.output.serialize(value))))).toEqual(
          value,
        );
      }),
    );
  });

  test('a call without input has none', () => expect(transformer.input.deserialize(undefined)).toBe(undefined));

  test('an input round-trips', () => {
    const input = { roomId: 'here', since: new Date(5) };
    expect(transformer.input.deserialize(transformer.input.serialize(input))).toEqual(input);
  });
});

test.each([
  ['2026-11-29T10:00:00Z', true],
  ['2026-11-29T10:00:00.1Z', true],
  ['2026-11-29T10:00:00.123Z', true],
  ['2026-11-29T10:00:00.123000Z', true],
  ['2026-11-29T10:00:00.1230001Z', false],
  ['2026-11-29T10:00:00.123400+01:00', false],
])('whether %s is a whole number of milliseconds: %s', (text, exact) => {
  expect(dateFromRfc3339(text).exact).toBe(exact);
});

describe('ids in documents', () => {
  class ObjectId {
    readonly _bsontype = 'ObjectId';
    readonly #hex: string;
    constructor(hex: string) {
      this.#hex = hex;
    }
    toHexString(): string {
      return this.#hex;
    }
  }

  test('an ObjectId is its hex, and text is text', () => {
    const id = newId();
    expect(idFromBson(new ObjectId(id))).toBe(id);
    expect(idFromBson('40.71_-74.00')).toBe('40.71_-74.00');
    expect(idToBson(ObjectId, '40.71_-74.00')).toBe('40.71_-74.00');
    expect(idFromBson(idToBson(ObjectId, id))).toBe(id);
    expect(idToBson(ObjectId, id)).toBeInstanceOf(ObjectId);
  });

  test.each([7, null, undefined, {}, { toHexString: () => 'ab' }])('%j is not an id', (value) => {
    expect(() => idFromBson(value)).toThrow(TypeError);
  });
});
