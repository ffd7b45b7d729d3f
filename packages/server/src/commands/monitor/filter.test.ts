import { expect, test } from 'vitest';
import { createFilter } from './filter.ts';

const shown = (options: Parameters<typeof createFilter>[0]) =>
  [['Join'], ['NewMessage'], ['message.created'], ['message.updated'], ['rooms.join', 'rooms.watch']].filter((types) =>
    createFilter(options)({ types }),
  );

test('everything is shown unless something is asked for', () => {
  expect(shown({})).toHaveLength(5);
});

test('--only, in any case and with the beginnings of types', () => {
  expect(shown({ only: ['join', 'MESSAGE.*'] })).toEqual([['Join'], ['message.created'], ['message.updated']]);
  expect(shown({ only: ['message'] })).toEqual([]);
});

test('--not wins over --only', () => {
  expect(shown({ only: ['message.*'], not: ['message.updated'] })).toEqual([['message.created']]);
});

test('a batch is shown for the sake of one of its frames', () => {
  expect(shown({ not: ['rooms.join', 'Join', '*message*', 'message.*'] })).toEqual([
    ['NewMessage'],
    ['rooms.join', 'rooms.watch'],
  ]);
});
