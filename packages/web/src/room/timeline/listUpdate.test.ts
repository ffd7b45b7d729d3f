import { expect, test } from 'vitest';
import { testMessage } from '../../../../shared/src/testMessages.ts';
import { toRows } from './grouping.ts';
import { type ListUpdate, nextUpdate } from './listUpdate.ts';

function rows(from: number, to: number) {
  const messages = Array.from({ length: to - from + 1 }, (_, index) => testMessage(from + index));
  return toRows({ messages, pending: [], userId: 'me', lineAfter: null, hasOlder: false });
}

const range = ({ rows, shift }: ListUpdate) => ({
  rows: rows.map((row) => ('sent' in row.body && row.body.sent.seq) || 0),
  shift,
});

test('a change at the end is applied in one step', () => {
  expect(range(nextUpdate(rows(5, 6), rows(5, 7)))).toEqual({ rows: [5, 6, 7], shift: false });
});

test('rows are added or removed at the start with the position anchored to the end', () => {
  expect(range(nextUpdate(rows(5, 6), rows(3, 6)))).toEqual({ rows: [3, 4, 5, 6], shift: true });
  expect(range(nextUpdate(rows(3, 6), rows(5, 6)))).toEqual({ rows: [5, 6], shift: true });
});

test('when both ends change, the start goes first and the rest follows', () => {
  const first = nextUpdate(rows(5, 6), rows(3, 8));
  expect(range(first)).toEqual({ rows: [3, 4, 5, 6], shift: true });
  expect(range(nextUpdate(first.rows, rows(3, 8)))).toEqual({ rows: [3, 4, 5, 6, 7, 8], shift: false });
});

test('the first rows, and those after a reset, are applied in one step', () => {
  expect(nextUpdate([], rows(1, 2)).shift).toBe(false);
  expect(range(nextUpdate(rows(1, 2), rows(8, 9)))).toEqual({ rows: [8, 9], shift: false });
});
