import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf } from '../../cells.ts';
import { locationIdSchema, locationIn, parseRoomPath } from './locationId.ts';

describe('location_id', () => {
  test.each([
    ['40.7128_-74.0060', { latitude: 40.7128, longitude: -74.006 }],
    ['0_0', { latitude: 0, longitude: 0 }],
    ['-90_+180', { latitude: -90, longitude: 180 }],
    ['200_500', null],
    ['90.1_0', null],
    ['NaN_NaN', null],
    ['1e1_2', null],
    [' 1_2', null],
    ['1_2_3', null],
    ['lobby', null],
  ])('%s is a name with the location %j', (roomId, location) => {
    expect(locationIdSchema.parse(roomId)).toEqual({ roomId, cell: location && cellOf(location) });
    expect(locationIn(roomId)).toEqual(location);
  });

  test.each(['', 'x'.repeat(129), 'a\nb', '\ud800', 7, null])('%j is not a valid name', (value) => {
    expect(locationIdSchema.safeParse(value).success).toBe(false);
  });

  test('a name in a path is percent-encoded', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(name, (text) => {
        const { data } = locationIdSchema.safeParse(text);
        if (data) expect(parseRoomPath(encodeURIComponent(text))).toEqual(data);
      }),
    );
    for (const segment of ['%zz', '%E0%A4%A', '%00', 'x'.repeat(129)]) expect(parseRoomPath(segment)).toBeNull();
  });
});
