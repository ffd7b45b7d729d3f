import { describe, expect, test } from 'vitest';
import { joinInput, nearbyInput, roomSchema, watchInput } from './room.ts';

const location = { latitude: 64.1466, longitude: -21.9426 };

describe('joinInput', () => {
  test('is a location, with a default radius of 5 km, or a room', () => {
    expect(joinInput.parse({ location })).toEqual({ location, searchRadius: 5_000 });
    expect(joinInput.parse({ location, searchRadius: 0 })).toEqual({ location, searchRadius: 0 });
    expect(joinInput.parse({ roomId: 'here' })).toEqual({ roomId: 'here' });
  });

  test.each([
    {},
    null,
    { location, roomId: 'here' },
    { roomId: 'here', searchRadius: 10 },
    { location, searchRadius: -1 },
    { location, searchRadius: 50_001 },
    { location, searchRadius: Number.NaN },
    { location: { latitude: 91, longitude: 0 } },
    { location: [64, -21] },
    { roomId: '' },
    { roomId: 'a\u0000b' },
  ])('rejects %j', (input) => expect(joinInput.safeParse(input).success).toBe(false));
});

describe('nearbyInput', () => {
  test('has defaults', () => expect(nearbyInput.parse({ location })).toEqual({ location, radius: 5_000, limit: 20 }));

  test.each([{ radius: 50_000.5 }, { radius: Number.POSITIVE_INFINITY }, { limit: 0 }, { limit: 101 }, { limit: 2.5 }])(
    'rejects %j',
    (rest) => expect(nearbyInput.safeParse({ location, ...rest }).success).toBe(false),
  );
});

describe('watchInput', () => {
  test.each([
    {},
    { history: 0 },
    { history: 100 },
    { lastEventId: '0' },
    { lastEventId: '10-loyw3v28' },
    { lastEventId: '999999999999999' },
  ])('accepts %j', (rest) =>
    expect(watchInput.parse({ roomId: 'here', ...rest })).toMatchObject({ history: 50, ...rest }),
  );

  test.each([
    { history: -1 },
    { history: 101 },
    { lastEventId: '' },
    { lastEventId: '-1' },
    { lastEventId: '1-' },
    { lastEventId: '1e3' },
    { lastEventId: ' 1' },
    { lastEventId: '1\n' },
    { lastEventId: '٣' },
    { lastEventId: '9999999999999999' },
    { lastEventId: 5 },
  ])('rejects %j', (rest) => expect(watchInput.safeParse({ roomId: 'here', ...rest }).success).toBe(false));
});

test('roomSchema drops private fields, such as the exact point', () => {
  const room = {
    id: 'r',
    name: 'R',
    area: null,
    place: null,
    createdAt: new Date(0),
    lastMessageAt: null,
    userCount: 0,
  };
  expect(roomSchema.parse({ ...room, location })).toEqual(room);
});
