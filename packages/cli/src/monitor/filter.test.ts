import { expect, test } from 'vitest';
import { createFilter } from './filter.ts';

const shownTypes = (options: Parameters<typeof createFilter>[0]) =>
  [['Join'], ['NewMessage'], ['message.created'], ['message.updated'], ['rooms.join', 'rooms.watch']].filter((types) =>
    createFilter(options)({ types }),
  );

test('all frames are shown by default', () => {
  expect(shownTypes({})).toHaveLength(5);
});

test('--only matches in any case, and prefixes of types', () => {
  expect(shownTypes({ only: ['join', 'MESSAGE.*'] })).toEqual([['Join'], ['message.created'], ['message.updated']]);
  expect(shownTypes({ only: ['message'] })).toEqual([]);
});

test('--not wins over --only', () => {
  expect(shownTypes({ only: ['message.*'], not: ['message.updated'] })).toEqual([['message.created']]);
});

test('a batch is shown if one of its types matches', () => {
  expect(shownTypes({ not: ['rooms.join', 'Join', '*message*', 'message.*'] })).toEqual([
    ['NewMessage'],
    ['rooms.join', 'rooms.watch'],
  ]);
});
