import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dateFromExtendedJson,
  dateToExtendedJson,
  decodeWire,
  encodeWire,
  idFromExtendedJson,
  idToExtendedJson,
  isId,
  newId,
  newRandomId,
  transformer,
} from './wire.ts';

const hexId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 });
const date = fc.date({ noInvalidDate: true });

/** What travels: plain data with dates, undefined, bigints, sets and maps in it. */
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
  test('gives ids, all different, that begin with the time', () => {
    const ids = Array.from({ length: 1_000 }, () => newId(1_700_000_000_000));
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every(isId)).toBe(true);
    expect(ids.every((id) => id.startsWith((1_700_000_000).toString(16)))).toBe(true);
    expect(newId(1_700_000_000_000) < newId(1_700_000_001_000)).toBe(true);
  });

  test('of the random kind share nothing that follows from the time, the process or the one before', () => {
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
  test('ids come back, also from plain text and through JSON', () => {
    fc.assert(
      fc.property(hexId, (id) => {
        expect(idFromExtendedJson(JSON.parse(JSON.stringify(idToExtendedJson(id))))).toBe(id);
        expect(idFromExtendedJson(id)).toBe(id);
      }),
    );
  });

  test('dates come back, to the millisecond, from every form', () => {
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
  test('whatever is sent comes out the same, through text and through the transformer', () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        expect(decodeWire(encodeWire(value))).toEqual(value);
        const sent = JSON.parse(JSON.stringify(transformer.input.serialize(value)));
        expect(transformer.input.deserialize(sent)).toEqual(value);
        expect(transformer.output.deserialize(JSON.parse(JSON.stringify(transformer.output.serialize(value))))).toEqual(
          value,
        );
      }),
    );
  });

  test('a call without input has none', () => expect(transformer.input.deserialize(undefined)).toBe(undefined));
});

describe('input from outside that is not what superjson writes', () => {
  const wellKnown = Object.getOwnPropertyNames(Object.prototype).sort();

  /** Reads the input as the server would, and holds that it did not throw and that nothing but the input changed. */
  const read = (input: unknown) => {
    const result = transformer.input.deserialize(JSON.parse(JSON.stringify(input) ?? 'null'));
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(wellKnown);
    expect(Object.getOwnPropertyNames(Array.prototype)).not.toContain('polluted');
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
    return result;
  };

  const json = { a: { b: ['x'] }, list: [1, 2] };
  const paths = [
    '__proto__',
    'constructor',
    'prototype',
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'a.__proto__.polluted',
    'a.b.__proto__.0',
    'a.b.constructor.prototype',
    'a\\.b',
    'a.b.99',
    'a.missing.deep',
    'list.length',
    '',
    '.',
    '..',
    '\\',
    'toString',
    'hasOwnProperty.call',
  ];
  const rules = [
    'Date',
    'undefined',
    'bigint',
    'regexp',
    'set',
    'map',
    'number',
    'URL',
    'Error',
    '__proto__',
    'constructor',
    'nonsense',
    ['class', 'Object'],
    ['class', '__proto__'],
    ['symbol', 'iterator'],
    ['symbol', 'constructor'],
    ['custom', 'ObjectId'],
    ['custom', 'nope'],
    ['custom', '__proto__'],
    ['custom', 'toString'],
    ['typed-array', 'Uint8Array'],
    ['typed-array', 'constructor'],
    ['polluted'],
    [],
    null,
    7,
    {},
  ];

  test.each(paths)('a rule at the path %j', (path) => {
    for (const rule of rules) {
      read({ json, meta: { values: { [path]: [rule] } } });
      read({ json, meta: { values: { a: [rule, { [path]: [rule] }] } } });
      read({ json: 'text', meta: { values: [rule, { [path]: [rule] }] } });
    }
  });

  test.each(paths)('equal references at the path %j', (path) => {
    read({ json, meta: { referentialEqualities: { [path]: ['a'] } } });
    read({ json, meta: { referentialEqualities: { a: [path] } } });
    read({ json, meta: { referentialEqualities: { a: [path, path, 'list.0'] } } });
    read({ json, meta: { referentialEqualities: [[path], { [path]: [path] }] } });
    read({ json, meta: { referentialEqualities: { a: ['a.b.0', 'list'] } } });
  });

  test.each([
    null,
    0,
    '',
    'text',
    true,
    [],
    [[]],
    {},
    { json: null },
    { meta: {} },
    { json: 1, meta: null },
    { json: 1, meta: 7 },
    { json: 1, meta: [] },
    { json: {}, meta: { values: 7 } },
    { json: {}, meta: { values: [[]] } },
    { json: {}, meta: { values: [{}] } },
    { json: {}, meta: { values: 'text' } },
    { json: {}, meta: { values: { a: 'text' } } },
    { json: {}, meta: { referentialEqualities: 7 } },
    { json: {}, meta: { referentialEqualities: 'text' } },
    { json: {}, meta: { v: 99, values: {} } },
  ])('%j', (input) => {
    read(input);
  });

  test('names of prototypes in the data itself', () => {
    const text =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":[{"__proto__":{"polluted":1}}]}';
    read({ json: JSON.parse(text) });
    transformer.input.deserialize(JSON.parse(`{"json":${text},"meta":{"values":{"a":["set"]}}}`));
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
  });

  test('anything at all', () => {
    const key = fc.oneof(
      fc.constantFrom(...paths, 'json', 'meta', 'values', 'referentialEqualities', 'v', 'a', '0'),
      fc.string(),
    );
    const leaf = fc.oneof(fc.constantFrom(...rules), fc.constantFrom(...paths));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    const input = fc.record({
      json: tree,
      meta: fc.record({ values: tree, referentialEqualities: tree }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(fc.oneof(input, tree), (value) => {
        read(value);
      }),
      { numRuns: 2_000 },
    );
  });

  // Each of these few bytes cost superjson some 20 ms, or as much memory as they name.
  test.each([
    { json: {}, meta: { values: 'text' } },
    { json: {}, meta: { values: { a: 'text' } } },
    JSON.parse('{"json":{},"meta":{"values":{"__proto__":"text"}}}'),
    { json: {}, meta: { referentialEqualities: 'text' } },
    { json: 1e9, meta: { values: [['typed-array', 'Float64Array']] } },
  ])('%j costs nothing', (input) => {
    const before = process.memoryUsage().arrayBuffers;
    const began = performance.now();
    for (let i = 0; i < 1_000; i += 1) transformer.input.deserialize(input);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test('an unknown rule does not pass for the plain value', () => {
    const input = read({ json: { content: 'hi' }, meta: { values: { content: [['custom', 'nope']] } } });
    expect(input).not.toEqual({ content: 'hi' });
  });
});

test.each([
  ['wrong ones', Array.from({ length: 5_000 }, (_, n) => [`k${n}`, 'none'])],
  ['right ones', Array.from({ length: 5_000 }, (_, n) => [`k${n}`, ['undefined']])],
])('many annotations are refused at once: %s', (_name, entries) => {
  const input = { json: {}, meta: { values: Object.fromEntries(entries) } };
  const start = performance.now();
  for (let n = 0; n < 20; n += 1) expect(() => JSON.stringify(transformer.input.deserialize(input))).not.toThrow();
  expect((performance.now() - start) / 20).toBeLessThan(20); // a schema took 66 ms
  expect(transformer.input.deserialize(input)).not.toHaveProperty('k0');
  expect(transformer.input.deserialize(input)?.constructor.name).toBe('Unreadable');
});
