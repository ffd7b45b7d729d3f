import { describe, expect, test } from 'vitest';
import { findLookalikes, findSameName } from './lookalikes.ts';
import { skeleton } from './skeleton.ts';

const me = { userId: 'me', username: 'Zoë Alan' };
const other = (username: string) => ({ userId: 'other', username });

describe('findSameName', () => {
  test.each([
    ['the same', 'Zoë Alan'],
    ['another case', 'zoË aLAN'],
    ['an accent by itself', 'Zoe\u0308 Alan'],
    ['another width', 'Ｚoë Ａlan'],
    ['Cyrillic letters', 'Zоё Аlаn'],
    ['a capital I for an l', 'Zoë AIan'],
    ['a digit for a letter', 'Zoë A1an'],
    ['mathematical letters', '𝐙oë 𝓐lan'],
    ['an invisible character', 'Zoë Al\u200ban'],
  ])('%s looks the same: %j', (_, username) => {
    expect(findSameName([me, other(username)], me, skeleton)).toEqual(other(username));
  });

  test.each(['Zoe Alan', 'Zoë Alen', 'Zoë', 'Алан'])('%j is another name', (username) => {
    expect(findSameName([me, other(username)], me, skeleton)).toBeNull();
  });

  test('the user does not match themselves, even on a second device', () => {
    expect(findSameName([me, { ...me }], me, skeleton)).toBeNull();
  });
});

test('findLookalikes: returns all users whose names look alike, and no others', () => {
  const names = ['Ada', 'Аdа', 'Bob', 'Ian', 'Lan', 'paypal', 'раураl', 'Mo', 'Rmo'];
  const members = names.map((username) => ({ userId: username, username }));
  expect([...findLookalikes(members, skeleton)].sort()).toEqual(['Ada', 'paypal', 'Аdа', 'раураl']);
});
