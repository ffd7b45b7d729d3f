import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnreadableInput } from './superjsonInput.ts';
import { transformer } from './wire.ts';

const key = fc.string().filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
const date = fc.date({ noInvalidDate: true });

/** The values in inputs. */
const inputValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, false),
    fc.double(),
    fc.string(),
    date,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('input', () => {
  test('inputs of plain data, dates, undefined and any number are decoded unchanged', () => {
    fc.assert(
      fc.property(inputValue, (value) => {
        const sent = JSON.parse(JSON.stringify(transformer.input.serialize(value)));
        fc.pre(Object.keys(sent.meta?.values ?? {}).length <= 16);
        expect(transformer.input.deserialize(sent)).toEqual(value);
      }),
    );
  });

  test('an unsupported value makes only its own place unreadable', () => {
    const input = { roomId: 'x', more: { set: new Set([1]), map: new Map(), big: 1n, at: new Date(0), re: /a/ } };
    const sent = JSON.parse(JSON.stringify(transformer.input.serialize(input)));
    const unreadable = expect.any(UnreadableInput);
    expect(transformer.input.deserialize(sent)).toEqual({
      roomId: 'x',
      more: { set: unreadable, map: unreadable, big: unreadable, at: new Date(0), re: unreadable },
    });
  });
});

describe('untrusted input that superjson does not write', () => {
  const wellKnown = Object.getOwnPropertyNames(Object.prototype).sort();

  /** Reads the input as the server does, and expects that it does not throw and changes only the input. */
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

  test('names of prototypes in the data', () => {
    const text =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":[{"__proto__":{"polluted":1}}]}';
    read({ json: JSON.parse(text) });
    transformer.input.deserialize(JSON.parse(`{"json":${text},"meta":{"values":{"a":["set"]}}}`));
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
  });

  test('arbitrary data', () => {
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

  // Each of these short inputs costs superjson about 20 ms, or as much memory as it names.
  test.each([
    { json: {}, meta: { values: 'text' } },
    { json: {}, meta: { values: { a: 'text' } } },
    JSON.parse('{"json":{},"meta":{"values":{"__proto__":"text"}}}'),
    { json: {}, meta: { referentialEqualities: 'text' } },
    { json: 1e9, meta: { values: [['typed-array', 'Float64Array']] } },
  ])('%j is read quickly', (input) => {
    const before = process.memoryUsage().arrayBuffers;
    const began = performance.now();
    for (let i = 0; i < 1_000; i += 1) transformer.input.deserialize(input);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test('an unknown annotation is not read as the plain value', () => {
    const input = read({ json: { content: 'hi' }, meta: { values: { content: [['custom', 'nope']] } } });
    expect(input).not.toEqual({ content: 'hi' });
  });
});

/** The default limit of a frame with the sends of one tick, in bytes. */
const frameBytes = 320_000;

/** The text of inputs that fill a frame together. `one` creates an input with that many characters. */
function fill(calls: number, one: (chars: number) => string): string {
  return `[${Array.from({ length: calls }, () => one(Math.floor(frameBytes / calls) - 1)).join()}]`;
}

const repeated = (text: string, chars: number) => text.repeat(Math.max(1, Math.floor(chars / text.length)));
const annotated = (annotations: string, json = '{"a":1}') => `{"json":${json},"meta":{"values":{${annotations}}}}`;
const entries = (chars: number, kind: string) =>
  Array.from({ length: Math.floor(chars / 20) }, (_, n) => `"k${n}":${kind}`).join();
const nested = (chars: number) => '['.repeat(chars / 2) + ']'.repeat(chars / 2);

describe.each([1, 20, 500])('a frame of %i calls', (calls) => {
  test.each<[string, (chars: number) => string]>([
    ['many annotations', (chars) => annotated(entries(chars - 50, '["undefined"]'))],
    ['many wrong annotations', (chars) => annotated(entries(chars - 50, '"none"'))],
    [
      'as many annotations as are read',
      (chars) => annotated(entries(320, '["Date"]'), `{"a":"${repeated('x', chars - 400)}"}`),
    ],
    ['a long path', (chars) => annotated(`"${repeated('a.', chars - 60)}":["Date"]`)],
    ['a deep tree of annotations', (chars) => annotated(`"a":${nested(chars - 60)}`)],
    ['a long big number', (chars) => annotated('"a":["bigint"]', `{"a":"${repeated('9', chars - 60)}"}`)],
    ['a long date', (chars) => annotated('"a":["Date"]', `{"a":"${repeated('9', chars - 60)}"}`)],
    ['a list to be made a set', (chars) => annotated('"a":["set"]', `{"a":[${repeated('1,', chars - 60)}1]}`)],
    ['a deep value', (chars) => annotated('"a":["undefined"]', `{"a":${nested(chars - 60)}}`)],
    ['many values', (chars) => annotated('"a":["undefined"]', `{"b":[${repeated('[],', chars - 60)}1],"a":1}`)],
    [
      'many equal references',
      (chars) => `{"json":{"a":{}},"meta":{"referentialEqualities":{"a":["b"${repeated(',"b"', chars - 80)}]}}}`,
    ],
  ])('with %s is read within 10 ms', (_name, one) => {
    const text = fill(calls, one);
    const times = Array.from({ length: 10 }, () => {
      const inputs: unknown[] = JSON.parse(text);
      const start = performance.now();
      for (const input of inputs) transformer.input.deserialize(input);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(10);
  });
});

test('too many annotations make an input unreadable', () => {
  const input = (count: number) =>
    JSON.parse(annotated(entries(count * 20, '["undefined"]'), `{${entries(count * 20, '1')}}`));
  expect(transformer.input.deserialize(input(16))).toEqual(expect.not.objectContaining({ k0: 1 }));
  expect(transformer.input.deserialize(input(16))).not.toBeInstanceOf(UnreadableInput);
  expect(transformer.input.deserialize(input(17))).toBeInstanceOf(UnreadableInput);
});
