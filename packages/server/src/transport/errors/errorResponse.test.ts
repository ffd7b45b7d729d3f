import { expect, test } from 'vitest';
import { z } from 'zod';
import { toErrorResponse } from './errorResponse.ts';

function errorResponseOf(schema: z.ZodType, input: unknown) {
  const { error } = schema.safeParse(input);
  return toErrorResponse(error);
}

test('names each invalid field', () => {
  const schema = z.object({ a: z.string(), b: z.object({ c: z.number() }) });
  expect(errorResponseOf(schema, { b: { c: 'x' } }).data.issues).toEqual([
    { path: 'a', message: expect.stringContaining('string') },
    { path: 'b.c', message: expect.stringContaining('number') },
  ]);
});

test.each<[string, z.ZodType, unknown]>([
  ['many wrong elements', z.array(z.string()), Array.from({ length: 10_000 }, (_, n) => n)],
  [
    'many unknown fields',
    z.strictObject({}),
    Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])),
  ],
  ['a long unknown field', z.strictObject({}), { ['x'.repeat(100_000)]: 1 }],
  ['a long key', z.record(z.string(), z.string()), { ['x'.repeat(100_000)]: 1 }],
  [
    'many in the nearest of several forms',
    z.union([z.array(z.string()), z.array(z.boolean())]),
    Array.from({ length: 10_000 }, (_, n) => n),
  ],
])('is short for %s', (_name, schema, input) => {
  expect(JSON.stringify(errorResponseOf(schema, input)).length).toBeLessThan(5_000);
});
