import { newId } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { cellOf } from '../../../cells.ts';
import { coarsePoint } from '../documents.ts';
import { missingRoom, repairRoom } from './repairRoom.ts';

const now = new Date('2026-01-01T00:00:00Z');
const created_at = new Date('2025-07-07T12:16:56.782Z');
const exact = { type: 'Point', coordinates: [-74.006, 40.7128] };
const point = coarsePoint(exact) ?? exact;
const placed = '40.7128_-74.0060';
const known = cellOf({ latitude: 40.7128, longitude: -74.006 });
const describeRoom = (roomId: string) => ({ name: `room ${roomId}`, cell: roomId === placed ? known : null });
const repair = (document: Record<string, unknown>) => repairRoom(document, { describe: describeRoom, now });

test.each([
  { _id: placed, name: 'Near 40.71, -74.00', location: point, created_at, last_message_at: created_at },
  { _id: new ObjectId(newId()), name: 'Near 40.71, -74.00', location: point, created_at, last_message_at: null },
  { _id: 'the library', name: 'Library', created_at },
])('a room with every required field stays unchanged: %j', (document) => expect(repair(document)).toEqual({}));

describe('a room known by its location_id', () => {
  test('gets its name, place and times', () => {
    expect(repair({ _id: placed, created_at: created_at.toISOString(), last_message_at: 'yesterday' })).toEqual({
      set: { name: `room ${placed}`, location: point, created_at, last_message_at: null },
    });
  });

  test('without a location in its id gets none', () => {
    expect(repair({ _id: '200_500', location: null })).toEqual({ set: { name: 'room 200_500', created_at: now } });
  });

  test('keeps its name, cleaned', () => {
    expect(repair({ _id: 'a', name: 'A\u001b[2J  room', created_at })).toEqual({ set: { name: 'A[2J room' } });
  });
});

test('an exact location becomes the centre of its map cell', () => {
  const room = { _id: placed, name: 'Near 40.71, -74.00', created_at };
  expect(repair({ ...room, location: exact })).toEqual({ set: { location: point } });
});

describe('an invalid location is removed', () => {
  const problem = 'location is not a GeoJSON point; it is removed';

  test.each([
    ['here'],
    [[-74.006, 40.7128]],
    [{ type: 'Point', coordinates: [200, 500] }],
    [{ type: 'Point', coordinates: ['-74', '40'] }],
    [{ latitude: 40.7128, longitude: -74.006 }],
  ])('%j', (location) => {
    const _id = new ObjectId(newId());
    expect(repair({ _id, name: 'A', created_at, location })).toEqual({ problem, unset: { location: true } });
    expect(repair({ _id: placed, name: 'A', created_at, location })).toEqual({
      problem,
      set: { location: point },
    });
  });
});

test.each([
  [7, '_id is not the id of a room'],
  ['', '_id is not the id of a room'],
  ['x'.repeat(129), '_id is not the id of a room'],
  [newId(), '_id is the text of an ObjectId, and not one'],
])('the id %j is reported, and its room hidden from searches by location', (_id, problem) => {
  expect(repair({ _id })).toEqual({ problem });
  for (const location of [point, exact]) {
    expect(repair({ _id, location })).toEqual({
      problem: `${problem}; the centre of its map cell is kept as original_location`,
      set: { original_location: point },
      unset: { location: true },
    });
  }
  expect(repair({ _id, location: 'here' })).toEqual({
    problem: `${problem}; its location is removed`,
    unset: { location: true },
  });
});

test('a room known only from messages', () => {
  expect(missingRoom(placed, describeRoom)).toEqual({ location_id: placed, name: `room ${placed}`, location: point });
  expect(missingRoom('library', describeRoom)).toEqual({ location_id: 'library', name: 'room library' });
});
