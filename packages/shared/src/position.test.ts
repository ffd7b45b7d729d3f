import { expect, test } from 'vitest';
import {
  changeTime,
  emptyPosition,
  formatPosition,
  isInHistory,
  parsePosition,
  positionOf,
  positionPattern,
} from './position.ts';

test.each([
  [{ seq: 0, time: 0 }, '0-0'],
  [{ seq: 10, time: 1_700_000_000_000 }, '10-loyw3v28'],
  [{ seq: 999_999_999_999_999, time: 36 ** 10 - 1 }, '999999999999999-zzzzzzzzzz'],
])('%j is written as %s', (position, text) => {
  expect(formatPosition(position)).toBe(text);
  expect(text).toMatch(positionPattern);
  expect(parsePosition(text)).toEqual(position);
});

test('the position before the first change is lower than all', () => {
  expect(emptyPosition).toEqual({ seq: 0, time: 0 });
});

test('a cached text is not used for another position', () => {
  expect(formatPosition({ seq: 1, time: 5 })).toBe('1-5');
  expect(formatPosition({ seq: 1, time: 6 })).toBe('1-6');
  expect(formatPosition({ seq: 2, time: 6 })).toBe('2-6');
});

test('a number alone is a position without a time', () => {
  expect('17').toMatch(positionPattern);
  expect(parsePosition('17')).toEqual({ seq: 17, time: null });
});

test.each(['', '-', '-5', '5-', '5-A', '5-1-1', ' 5', '5-1\n', '1e3', '٣', '1'.repeat(16), `1-${'z'.repeat(11)}`])(
  '%j is not a position',
  (text) => {
    expect(text).not.toMatch(positionPattern);
  },
);

const timestamp = new Date(1_000);
const unchanged = { seq: 4, updatedSeq: 4, timestamp, editedAt: null };

test.each([
  ['of a message that is as it was sent: its own', unchanged, 1_000],
  ['with its own time', { ...unchanged, updatedAt: new Date(2_000) }, 2_000],
  ['of an edit without its own time', { ...unchanged, updatedSeq: 6, editedAt: new Date(3_000) }, 3_000],
  ['of another change without its own time', { ...unchanged, updatedSeq: 6 }, 1_000],
  ['of a migrated message that was edited: its own', { ...unchanged, editedAt: new Date(3_000) }, 1_000],
])('the time of a change, %s', (_which, message, time) => {
  expect(changeTime(message)).toBe(time);
  expect(positionOf(message)).toEqual({ seq: message.updatedSeq, time });
});

test.each([
  ['the same change', { seq: 10, time: 50 }, true],
  ['another change of the same number', { seq: 10, time: 51 }, false],
  ['an earlier change, the one of that number having been superseded', { seq: 8, time: 50 }, true],
  ['an earlier number that is younger', { seq: 8, time: 51 }, false],
  ['a later number, which no log finds', { seq: 11, time: 50 }, false],
  ['nothing, all of it having been superseded', { seq: 0, time: 0 }, true],
])('a log continues from a position if it finds %s', (_case, found, expected) => {
  expect(isInHistory({ seq: 10, time: 50 }, found)).toBe(expected);
});
