import { expect, test } from 'vitest';
import { findSameName } from './sameName.ts';

const me = { userId: 'me', username: 'Zoë' };
const other = (username: string) => ({ userId: 'other', username });

test.each(['Zoë', 'zoË', 'Zoe\u0308', 'Ｚoë'])('%j is the same name', (username) => {
  expect(findSameName([me, other(username)], me)).toEqual(other(username));
});

test('one is not the same as oneself, and other names are others', () => {
  expect(findSameName([me, other('Zoe')], me)).toBeNull();
});
