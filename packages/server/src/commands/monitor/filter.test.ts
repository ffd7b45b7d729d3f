import { expect, test } from 'vitest';
import { createFilter } from './filter.ts';

const shown = (options: Parameters<typeof createFilter>[0]) =>
  [['Join'], ['NewMessage'], ['message.created'], ['message.updated'], ['rooms.join', 'rooms.watch']].filter((types) =>
    createFilter(options)({ types }),
  );

test('all frames are shown by default', () => {
  expect(shown({})).toHaveLength(5);
});

test('--only matches in any case, and prefixes of types', () => {
  expect(shown({ only: ['join', 'MESSAGE.*'] })).toEqual([['Join'], ['message.created'], ['message.updated']]);
  expect(shown({ only: ['message'] })).toEqual([]);
});

test('--not wins over --only', () => {
  expect(shown({ only: ['message.*'], not: ['message.updated'] })).toEqual([['message.created']]);
});

test('a batch is shown if one of its types matches', () => {
  expect(shown({ not: ['rooms.join', 'Join', '*message*', 'message.*'] })).toEqual([
    ['NewMessage'],
    ['rooms.join', 'rooms.watch'],
  ]);
});
