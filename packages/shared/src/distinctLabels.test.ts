import { expect, test } from 'vitest';
import { distinctLabels } from './distinctLabels.ts';

const room = (id: string, label: string, createdAt: number) => ({ id, label, createdAt: new Date(createdAt) });

test('equal labels get numbers in the order of creation', () => {
  const rooms = [room('c', 'Mitte', 3), room('a', 'Mitte', 1), room('x', 'Wedding', 0), room('b', 'Mitte', 1)];
  expect(distinctLabels(rooms, ({ label }) => label)).toEqual(['Mitte (3)', 'Mitte', 'Wedding', 'Mitte (2)']);
});

test('a number never makes a label equal to another one', () => {
  const rooms = [room('a', 'Mitte', 1), room('b', 'Mitte (2)', 2), room('c', 'Mitte', 3)];
  expect(distinctLabels(rooms, ({ label }) => label)).toEqual(['Mitte', 'Mitte (2)', 'Mitte (3)']);
});

test.each([
  ['case', 'Mitte', 'MITTE'],
  ['the variant of an emoji', '☕ Mitte', '☕\ufe0e Mitte'],
  ['an invisible joiner', 'مى', 'م\u200cى'],
  ['wide letters', 'Mitte', 'Ｍｉｔｔｅ'],
])('labels that differ only in %s get numbers', (_difference, first, second) => {
  const rooms = [room('a', first, 1), room('b', second, 2)];
  expect(distinctLabels(rooms, ({ label }) => label)).toEqual([first, `${second} (2)`]);
});
