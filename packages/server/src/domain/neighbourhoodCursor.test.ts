import { limits, neighbourhoodInput, neighbourhoodLimits, newId } from '@earshot/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fittingRooms, NeighbourhoodCursor } from './neighbourhoodCursor.ts';

const objectId = fc
  .array(fc.integer({ min: 0, max: 15 }), { minLength: 24, maxLength: 24 })
  .map((digits) => digits.map((digit) => digit.toString(16)).join(''));
const name = fc.string({ minLength: 1, maxLength: limits.roomIdChars, unit: 'binary' });
const position = fc.record({ seq: fc.integer({ min: 1, max: 999_999_999_999_999 }), time: fc.nat(36 ** 6) });
const entries = fc.uniqueArray(fc.tuple(fc.oneof({ weight: 5, arbitrary: objectId }, name), position), {
  maxLength: neighbourhoodLimits.rooms,
  selector: ([roomId]) => roomId,
});

function cursorOf(positions: readonly (readonly [string, { seq: number; time: number }])[]): NeighbourhoodCursor {
  const cursor = new NeighbourhoodCursor();
  for (const [roomId, at] of positions) cursor.set(roomId, at);
  return cursor;
}

const isAccepted = (lastEventId: string) =>
  neighbourhoodInput.safeParse({ location: { latitude: 0, longitude: 0 }, lastEventId }).success;

test('a parsed cursor has the rooms and positions of the one that was written, which is a valid id', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const fitting = fittingRooms(all, ([roomId]) => roomId);
      const text = cursorOf(fitting).toString();
      expect(isAccepted(text)).toBe(true);
      const parsed = NeighbourhoodCursor.parse(text);
      expect(parsed.roomIds).toHaveLength(fitting.length);
      expect(fitting.map(([roomId]) => [roomId, parsed.get(roomId)])).toEqual(fitting);
      expect(parsed.toString()).toBe(text);
    }),
  );
});

test('any accepted id is parsed', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\w-]{16}(?:[0-9a-z]{1,10}-[0-9a-z]{1,10})?(?:\.~[\w-]{1,9}~)?$/), (text) => {
      fc.pre(isAccepted(text));
      const parsed = NeighbourhoodCursor.parse(text);
      for (const roomId of parsed.roomIds) {
        expect(parsed.get(roomId)).toEqual({ seq: expect.any(Number), time: expect.any(Number) });
        expect(Number.isSafeInteger(parsed.get(roomId)?.seq)).toBe(true);
      }
    }),
  );
});

test('a room without changes is one whose position is before the first', () => {
  const roomId = newId();
  expect(NeighbourhoodCursor.parse(cursorOf([[roomId, { seq: 0, time: 0 }]]).toString()).get(roomId)).toEqual({
    seq: 0,
    time: 0,
  });
});

test('a cursor without rooms is an id as well', () => {
  expect(new NeighbourhoodCursor().toString()).toBe('0');
  expect(isAccepted('0')).toBe(true);
  expect(NeighbourhoodCursor.parse('0').roomIds).toEqual([]);
});

test('a room that was left is in the cursor no more', () => {
  const [one, other] = [newId(), newId()];
  const cursor = cursorOf([
    [one, { seq: 1, time: 2 }],
    [other, { seq: 3, time: 4 }],
  ]);
  expect(cursor.delete(one)).toBe(true);
  expect(cursor.delete(one)).toBe(false);
  expect(NeighbourhoodCursor.parse(cursor.toString()).roomIds).toEqual([other]);
});

test('the id for as many rooms as a neighbourhood has takes less than a kilobyte, after a thousand messages in each', () => {
  const rooms = Array.from({ length: neighbourhoodLimits.rooms }, () => newId());
  const cursor = cursorOf(rooms.map((roomId) => [roomId, { seq: 1_000, time: 1_800_000_000_000 }]));
  expect(cursor.toString()).toHaveLength(32 * 27 + 31);
});

test.each([
  '',
  '.',
  '0.0',
  'x',
  `${'a'.repeat(16)}1-`,
  `${'a'.repeat(16)}-1`,
  `${'a'.repeat(16)}1`,
  '~~',
  `0${'a'.repeat(16)}.`,
])('%j is no id', (text) => {
  expect(isAccepted(text)).toBe(false);
});

test('a long id is refused quickly', () => {
  expect(isAccepted(`${'~aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.repeat(130)}!`)).toBe(false);
  expect(isAccepted(`${`${'a'.repeat(16)}.`.repeat(300)}${'a'.repeat(16)}`)).toBe(false);
});

test('cursors that got the same positions in any order have the same text', () => {
  fc.assert(
    fc.property(entries, (all) => {
      expect(cursorOf(all.toReversed()).toString()).toBe(cursorOf(all).toString());
    }),
  );
});

test('a change that others have already made leads to the same text as without them, from wherever the cursor is', () => {
  fc.assert(
    fc.property(entries, fc.nat(), position, (all, pick, next) => {
      const [roomId] = all[pick % all.length] ?? ['a room'];
      const change = {};
      const expected = cursorOf(all);
      expected.set(roomId, next);
      const elsewhere = cursorOf(all.slice(1));
      for (const cursor of [cursorOf(all), cursorOf(all), elsewhere, cursorOf(all)])
        cursor.advance(roomId, next, change);
      const last = cursorOf(all);
      last.advance(roomId, next, change);
      expect(last.toString()).toBe(expected.toString());
      const alone = cursorOf(all.slice(1));
      alone.set(roomId, next);
      expect(elsewhere.toString()).toBe(alone.toString());
    }),
  );
});
