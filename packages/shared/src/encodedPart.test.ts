import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAround, encodePart } from './encodedPart.ts';
import { superjson } from './superjson.ts';

const field = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.array(fc.record({ at: fc.date({ noInvalidDate: true }), names: fc.array(fc.string()) }), { maxLength: 2 }),
);

test('the text around a part is that of superjson', () => {
  const key = fc.oneof(fc.constantFrom('timestamp', 'editedAt', 'content'), fc.string());
  fc.assert(
    fc.property(fc.dictionary(key, field, { maxKeys: 5, noNullPrototype: true }), (part) => {
      encodePart(part);
      const root = encodeAround(part, { before: '', after: '', path: '' });
      // Keys that superjson escapes, and index keys with dates, are left to it.
      fc.pre(root !== undefined);
      expect(root).toBe(superjson.stringify(part));
      const around = { before: '{"a":[1],"b":{"part":', after: ',"c":2}}', path: 'b.part.' };
      expect(encodeAround(part, around)).toBe(superjson.stringify({ a: [1], b: { part, c: 2 } }));
    }),
    { numRuns: 1_000 },
  );
});

const root = { before: '', after: '', path: '' };

test('objects that superjson has to encode have no part', () => {
  for (const object of [{ none: undefined }, { 'a.b': 1 }, { list: new Set() }, { at: new Date(Number.NaN) }]) {
    encodePart(object);
    expect(encodeAround(object, root)).toBeUndefined();
  }
  expect(encodeAround({}, root)).toBeUndefined();
});

test('only the last objects are remembered', () => {
  const objects = Array.from({ length: 5_000 }, (_, index) => ({ index }));
  for (const object of objects) encodePart(object);
  const known = objects.filter((object) => encodeAround(object, root) !== undefined);
  expect(known.length).toBeLessThanOrEqual(1_024);
  expect(objects.slice(-512).every((object) => known.includes(object))).toBe(true);
});
