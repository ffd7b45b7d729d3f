import { expect, test } from 'vitest';
import { findNameChange, isSameMarks, nameMarks } from './nameMarks.ts';

const guest = 'guest-0b0e7a3c-54b1-4a39-9d5e-6a1f2c3d4e5f';
const by = (userId: string, username: string) => ({ userId, username });

test('guests are marked on servers that check identities', () => {
  const people = { messages: [by(guest, 'Ann')], present: [by('ben', 'Ben')] };
  const marks = nameMarks({ ...people, marksGuests: true });
  expect([marks.get(guest)?.isGuest, marks.get('ben')?.isGuest]).toEqual([true, false]);
  expect(nameMarks({ ...people, marksGuests: false }).get(guest)?.isGuest).toBe(false);
});

test('the names of a user are in the order of their use; who is present has the last', () => {
  const messages = [by('a', 'Ann'), by('a', 'Anna'), by('a', 'Ann')];
  const find = (present: { userId: string; username: string }[]) =>
    nameMarks({ messages, present, marksGuests: true }).get('a')?.names;
  expect(find([])).toEqual(['Anna', 'Ann']);
  expect(find([by('a', 'Anna')])).toEqual(['Ann', 'Anna']);
});

test('a user who takes a name that another one had is a lookalike, and so is the other one', () => {
  const messages = [by('a', 'Ann'), by('b', 'Ben')];
  const present = [by('a', 'Anna'), by('eve', 'Аnn'), by('b', 'Ben')];
  const marks = nameMarks({ messages, present, marksGuests: true });
  expect(Array.from(marks, ([id, { isLookalike }]) => [id, isLookalike])).toEqual([
    ['a', true],
    ['b', false],
    ['eve', true],
  ]);
});

test('a change of a name is found, for users who were known', () => {
  const marks = (...present: ReturnType<typeof by>[]) => nameMarks({ messages: [], present, marksGuests: true });
  const before = marks(by('a', 'Ann'), by('b', 'Ben'));
  expect(findNameChange(before, marks(by('a', 'Anna'), by('c', 'Cleo')))).toEqual({
    userId: 'a',
    from: 'Ann',
    to: 'Anna',
  });
  expect(findNameChange(before, marks(by('c', 'Ann')))).toBeNull();
});

test('marks of the same content are the same', () => {
  const marks = (...names: string[]) =>
    nameMarks({ messages: names.map((name) => by('a', name)), present: [], marksGuests: true });
  expect(isSameMarks(marks('Ann'), marks('Ann', 'Ann'))).toBe(true);
  expect(isSameMarks(marks('Ann'), marks('Anna'))).toBe(false);
  expect(isSameMarks(marks(), marks('Ann'))).toBe(false);
});
