import { describe, expect, test } from 'vitest';
import { WireObjectId } from './superjson.ts';
import { readSuperjson, UnreadableInput } from './superjsonInput.ts';
import { transformer } from './wire.ts';

const id = '0123456789abcdef01234567';
const unreadable = expect.any(UnreadableInput);

/** What a server reads of a value that a client sends. */
const received = (value: unknown) => readSuperjson(JSON.parse(JSON.stringify(transformer.input.serialize(value))));
/** What a server reads of one annotated field. */
const annotated = (value: unknown, kind: unknown) =>
  readSuperjson({ json: { a: value }, meta: { values: { a: [kind] } } });

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, undefined, new Date(5)])(
  '%s arrives as it is: alone, in a field, in a list, and under names with dots and backslashes',
  (value) => {
    expect(received(value)).toEqual(value);
    const input = { field: value, list: [1, value], 'a.b': { 'c\\d': value, '\\.': [value], '': value } };
    expect(received(input)).toEqual(input);
  },
);

test.each([0, '0', 'nan', 'Infinity ', null])('the number %j is unreadable', (text) => {
  expect(annotated(text, 'number')).toEqual({ a: unreadable });
});

test.each([
  5,
  null,
  'yesterday',
  '2026-11-29',
  '2026-11-29T10:00:00Z',
  '2026-11-29T10:00:00.000+01:00',
  ' 2026-11-29T10:00:00.000Z',
  '2026-11-29T10:00:00.000Z ',
  '2026-13-29T10:00:00.000Z',
])('the date %j is unreadable', (text) => expect(annotated(text, 'Date')).toEqual({ a: unreadable }));

test('years of six digits are dates', () => {
  expect(annotated('+012026-11-29T10:00:00.000Z', 'Date')).toEqual({ a: new Date('+012026-11-29T10:00:00.000Z') });
});

describe('an ObjectId', () => {
  test('is read as the id in hex', () => {
    expect(annotated(id, ['custom', 'ObjectId'])).toEqual({ a: expect.any(WireObjectId) });
    expect(JSON.stringify(annotated(id, ['custom', 'ObjectId']))).toBe(`{"a":"${id}"}`);
  });

  test.each([
    [id.toUpperCase(), ['custom', 'ObjectId']],
    [7, ['custom', 'ObjectId']],
    [id, ['custom', 'Other']],
    [id, ['class', 'ObjectId']],
    [id, { 0: 'custom', 1: 'ObjectId' }],
  ])('%j as %j is unreadable', (value, kind) => expect(annotated(value, kind)).toEqual({ a: unreadable }));
});

describe('the whole input is unreadable', () => {
  test.each<[string, unknown]>([
    ['annotations that are a text', { json: {}, meta: { values: 'text' } }],
    ['annotations that are null', { json: {}, meta: { values: null } }],
    ['an annotation that is no list', { json: { a: 1 }, meta: { values: { a: 'undefined' } } }],
    ['metadata that is a list', { json: {}, meta: [] }],
    ['an input without json', { meta: {} }],
    ['an unknown path', { json: { a: {} }, meta: { values: { 'a.b': ['undefined'] } } }],
    ['a path through a value', { json: { a: 'text' }, meta: { values: { 'a.0': ['undefined'] } } }],
    ['a path through an unknown field', { json: { a: {} }, meta: { values: { 'b.c': ['undefined'] } } }],
    ['the length of a list', { json: { a: [1] }, meta: { values: { 'a.length': ['undefined'] } } }],
    ['a wrong escape', { json: { ax: 1 }, meta: { values: { 'a\\x': ['undefined'] } } }],
    ['a trailing backslash', { json: { a: 1 }, meta: { values: { 'a\\': ['undefined'] } } }],
    ['a wrong escape behind a right one', { json: { 'a.bx': 1 }, meta: { values: { 'a\\.b\\x': ['undefined'] } } }],
  ])('because of %s', (_case, input) => expect(readSuperjson(input)).toEqual(unreadable));

  test.each(['__proto__', 'constructor', 'prototype'])('because of a path with the own field %s', (name) => {
    const json: unknown = JSON.parse(`{"${name}":{"a":1},"b":{"${name}":1}}`);
    for (const path of [`${name}.a`, `b.${name}`]) {
      expect(readSuperjson({ json, meta: { values: { [path]: ['undefined'] } } })).toEqual(unreadable);
    }
  });

  test('a field named length is a field like any other', () => {
    expect(readSuperjson({ json: { length: 'NaN' }, meta: { values: { length: ['number'] } } })).toEqual({
      length: Number.NaN,
    });
  });
});

describe('bounds', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));
  /** An input with one annotated value that deep, under names of one character. */
  const deep = (depth: number) => {
    const names = Array.from({ length: depth }, () => 'a');
    const json = names.reduceRight<unknown>((value, name) => ({ [name]: value }), '-0');
    return { json, meta: { values: { [names.join('.')]: ['number'] } } };
  };
  const long = (chars: number) => {
    const name = 'a'.repeat(chars);
    return { json: { [name]: '-0' }, meta: { values: { [name]: ['number'] } } };
  };

  test.each([
    ['64 fields', { json: fields(64) }, { json: fields(65) }],
    ['64 fields with metadata', { json: fields(64), meta: {} }, { json: fields(65), meta: {} }],
    ['a path of 8 names', deep(8), deep(9)],
    ['a path of 128 characters', long(128), long(129)],
  ])('%s are read, and more are not', (_case, most, tooMany) => {
    expect(readSuperjson(structuredClone(most))).not.toEqual(unreadable);
    expect(JSON.stringify(readSuperjson(structuredClone(most)))).toBe(
      JSON.stringify(most.json).replaceAll('"-0"', '0'),
    );
    expect(readSuperjson(tooMany)).toEqual(unreadable);
  });

  test('a list may have any number of elements', () => {
    const json = Array.from({ length: 1_000 }, (_, n) => n);
    expect(readSuperjson({ json })).toBe(json);
  });
});
