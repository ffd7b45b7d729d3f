import { expect, test } from 'vitest';
import { readRoles } from './serverRoles.ts';

test.each([
  [['admin'], ['admin']],
  [
    ['moderator', 'admin', 'moderator', 'editor', 7, null, { admin: true }],
    ['admin', 'moderator'],
  ],
  [['Admin', ' admin', '__proto__'], []],
  [[], []],
  ['admin', []],
  [{ 0: 'admin', length: 1 }, []],
  [undefined, []],
  [null, []],
  [[...Array(99).fill('x'), 'admin'], ['admin']],
  [[...Array(100).fill('x'), 'admin'], []],
])('%j', (claim, expected) => {
  expect(readRoles(claim)).toEqual(expected);
});
