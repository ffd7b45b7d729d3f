import { describe, expect, test } from 'vitest';
import {
  joinInput,
  locationInput,
  nearbyInput,
  nearbyPageInput,
  nearbyPageSchema,
  roomInput,
  roomSchema,
  seqSchema,
  typingInput,
  watchInput,
} from './room.ts';

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
  test('has defaults', () =>
    expect(nearbyInput.parse({ location })).toEqual({ location, radius: 5_000, limit: 20, order: 'near' }));

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
    title: null,
    topic: null,
    ownerId: null,
    area: null,
    place: null,
    createdAt: new Date(0),
    lastMessageAt: null,
    userCount: 0,
  };
  expect(roomSchema.parse({ ...room, location })).toEqual(room);
});

describe('nearbyPageInput', () => {
  const cell = '881f1d4887fffff';
  const other = '881f1d4885fffff';

  test.each([`${cell}.${other}.abcDEF-_01234567`, `${cell}.${other}.~YQ~`, `${cell}.${other}.~${'a'.repeat(700)}~`])(
    'accepts the cursor %s',
    (cursor) => expect(nearbyPageInput.parse({ location, cursor })).toMatchObject({ location, cursor }),
  );

  test.each([
    '',
    `${cell}.${other}`,
    `${cell}.${other}.`,
    `${cell}.${other}.abcDEF-_0123456`,
    `${cell}.${other}.abcDEF-_012345678`,
    `${cell}.${other}.abcDEF+_01234567`,
    `${cell}.${other}.~~`,
    `${cell}.${other}.~a+~`,
    `${cell}.${other}.~${'a'.repeat(701)}~`,
    `${cell}.${other}.~YQ~.`,
    `x${cell}.${other}.~YQ~`,
    `${cell.slice(1)}.${other}.~YQ~`,
    `${cell}.${other.slice(1)}.~YQ~`,
    `${cell.toUpperCase()}.${other}.~YQ~`,
    `${cell}.${other.toUpperCase()}.~YQ~`,
    7,
  ])('rejects the cursor %j', (cursor) => expect(nearbyPageInput.safeParse({ location, cursor }).success).toBe(false));

  test('an answer has rooms, and a cursor or null', () => {
    expect(nearbyPageSchema.parse({ rooms: [], nextCursor: null })).toEqual({ rooms: [], nextCursor: null });
    for (const wrong of [{}, { rooms: [] }, { nextCursor: null }, { rooms: [{}], nextCursor: null }]) {
      expect(nearbyPageSchema.safeParse(wrong).success).toBe(false);
    }
  });
});

test.each([
  [roomInput, { roomId: 'here' }],
  [typingInput, { roomId: 'here', isTyping: false }],
  [locationInput, { location }],
])('%#: every field of the input is needed', (schema, input) => {
  expect(schema.parse(input)).toEqual(input);
  for (const name of Object.keys(input)) {
    expect(schema.safeParse({ ...input, [name]: undefined }).success).toBe(false);
    expect(schema.safeParse({ ...input, [name]: 7 }).success).toBe(false);
  }
});

test('numbers of changes begin at 1', () => {
  expect([0, 1, 2, 1.5, -1].map((seq) => seqSchema.safeParse(seq).success)).toEqual([false, true, true, false, false]);
});
