import fc from 'fast-check';
import { expect, test } from 'vitest';
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
  for (const any of [{ a: twice, b: twice }, { a: shared, b: [shared] }, [[], []], round]) {
    expect(text(() => serialize(any))).toBe(text(() => superjson.serialize(any)));
  }
});
