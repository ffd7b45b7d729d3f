import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { serialize } from './serialize.ts';
import { superjson } from './superjson.ts';

const shared = new Date(0);
const twice = { at: new Date(1) };

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    // One value in ten needs superjson.
    { weight: 1, arbitrary: fc.oneof(fc.double(), fc.bigInt(), fc.date(), fc.constant(undefined)) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(shared, twice, -0, new Map([[1, 2]]), new Set([1]), /x/, []) },
    { weight: 3, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 3, arbitrary: fc.dictionary(fc.oneof(fc.string(), fc.nat(9).map(String)), tie('value'), { maxKeys: 4 }) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a.b', 'a\\b', 'toJSON', ''), tie('value')) },
  ),
}));

const text = (make: () => unknown) => {
  try {
    return JSON.stringify(make());
  } catch (error) {
    return String(error);
  }
};

test('returns exactly the text of superjson', () => {
  fc.assert(
    fc.property(value, (any) => {
      expect(text(() => serialize(any))).toBe(text(() => superjson.serialize(any)));
    }),
    { numRuns: 5_000 },
  );
});

test.each(['__proto__', 'constructor', 'prototype'])('the key %s is rejected', (key) => {
  const pollution = JSON.parse(`{"a":[{"${key}":1}]}`);
  expect(() => serialize(pollution)).toThrow(/prototype pollution/);
});

test('leaves shared and cyclic objects to superjson', () => {
  const round: Record<string, unknown> = { at: shared };
  round.self = round;
  const ring: Record<string, unknown> = {};
  ring.next = { previous: ring };
  const plain = { name: 'Ada' };
  const list = ['Ada'];
  const places = [
    { a: twice, b: twice },
    { a: shared, b: [shared] },
    { a: plain, b: [plain] },
    { a: list, b: { list } },
  ];
  for (const any of [...places, [[], []], round, ring]) {
    expect(text(() => serialize(any))).toBe(text(() => superjson.serialize(any)));
  }
});

test.each([
  ['a string', 'Ada'],
  ['a number', 1.5],
  ['null', null],
  ['undefined', undefined],
  ['a key that superjson escapes', { 'a.b': 1 }],
  ['a key that superjson escapes, deep inside', { a: [{ 'a\\b': 1 }] }],
  ['-0', { a: -0 }],
  ['NaN', { a: Number.NaN }],
  ['undefined in a field', { a: undefined }],
  ['an invalid date', { a: new Date(Number.NaN) }],
  ['a date at an index', [new Date(0)]],
  ['a date at a key that is a number', { 2: new Date(0) }],
  ['an instance of a class', { a: new Map() }],
  ['an object without a prototype', { a: Object.create(null) }],
])('leaves %s to superjson', (_case, any) => {
  using called = vi.spyOn(superjson, 'serialize');
  serialize(any);
  expect(called.mock.calls).toEqual([[any]]);
});

test.each([
  ['fields of all plain types', { text: 'Ada', empty: '', yes: true, no: false, number: -1.5, zero: 0, nothing: null }],
  ['nested objects and lists', { a: [{ b: ['c', [1, null]] }], d: {}, e: [] }],
  ['dates in fields', { at: new Date(0), message: { at: new Date(1) }, list: [{ at: new Date(2) }] }],
  ['a digit inside a key of a date', { a1: new Date(0) }],
  ['keys that contain the names of rejected ones', { constructors: 1, myprototype: 2 }],
  ['a list', ['Ada', 1]],
])('does not need superjson for %s', (_case, any) => {
  using called = vi.spyOn(superjson, 'serialize');
  const found = text(() => serialize(any));
  expect(called).not.toHaveBeenCalled();
  expect(found).toBe(text(() => superjson.serialize(any)));
});
