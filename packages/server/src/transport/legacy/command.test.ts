import { EarshotError, limits } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { readCommand } from './command.ts';

const claim = { user_id: 'ada', username: 'Ada', token: 't' };
const read = { userId: 'ada', username: 'Ada', token: 't' };
const place = { latitude: 52.52, longitude: 13.405 };

const frames: [type: string, fields: object, command: object][] = [
  ['Auth', claim, { type: 'Auth', claim: read }],
  ['Join', { ...claim, token: undefined }, { type: 'Join', claim: { ...read, token: undefined } }],
  ['Join', { ...claim, token: null }, { type: 'Join', claim: { ...read, token: undefined } }],
  [
    'JoinLocalChat',
    { ...claim, ...place },
    { type: 'JoinLocalChat', claim: read, location: place, searchRadius: limits.searchRadiusDefault },
  ],
  ['Message', { content: ' hi ' }, { type: 'Message', content: 'hi' }],
  ['LocationUpdate', { user_id: 'ada', ...place }, { type: 'LocationUpdate', location: place }],
  ['Typing', { is_typing: false }, { type: 'Typing', isTyping: false }],
];

describe('readCommand', () => {
  test.each(frames)('%s %j, flat and wrapped', (type, fields, command) => {
    expect(readCommand(JSON.stringify({ type, ...fields }))).toEqual(command);
    expect(readCommand(JSON.stringify({ type, data: fields }))).toEqual(command);
    expect(readCommand(JSON.stringify({ type, data: null, ...fields }))).toEqual(command);
  });

  test.each([
    [null, limits.searchRadiusDefault],
    [0, 0],
    [-3, 0],
    [250.5, 250.5],
    [1e9, limits.searchRadiusMax],
  ])('a search radius of %j is %d m', (search_radius, searchRadius) => {
    const frame = { type: 'JoinLocalChat', ...claim, ...place, search_radius };
    expect(readCommand(JSON.stringify(frame))).toMatchObject({ searchRadius });
  });

  test.each([
    ['{"type":"Message"}', 'content'],
    ['{"type":"Message","data":{"content":7}}', 'content'],
    ['{"type":"Auth","username":"Ada"}', 'user_id'],
    ['{"type":"JoinLocalChat","user_id":"a","username":"A","latitude":1}', 'longitude'],
    ['{"type":"JoinLocalChat","user_id":"a","username":"A","latitude":1,"longitude":1e999}', 'longitude'],
    ['{"type":"Typing","is_typing":"yes"}', 'is_typing'],
    ['{"data":{"type":"Message","content":"x"}}', 'type'],
    ['{"type":"message","content":"x"}', 'type'],
  ])('%s is rejected with the field’s name', (text, field) => {
    expect(() => readCommand(text)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }),
    );
  });

  test('any text gives a command or an error, without prototype pollution', () => {
    const types = ['Auth', 'Join', 'JoinLocalChat', 'Message', 'LocationUpdate', 'Typing', '__proto__'];
    const field = fc.constantFrom('type', 'data', 'user_id', 'username', 'content', 'latitude', '__proto__');
    const frame = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(...types, { content: 'x' })));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          frame.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          try {
            expect(types).toContain(readCommand(text).type);
          } catch (error) {
            expect(error instanceof EarshotError || error instanceof ZodError).toBe(true);
          }
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
