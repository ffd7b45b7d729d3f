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
    expect(findSameName([me, other(username)], me)).toEqual(other(username));
  });

  test.each(['Zoe Alan', 'Zoë Alen', 'Zoë', 'Алан'])('%j is another name', (username) => {
    expect(findSameName([me, other(username)], me)).toBeNull();
  });

  test('the user does not match themselves, even on a second device', () => {
    expect(findSameName([me, { ...me }], me)).toBeNull();
  });
});

describe('findLookalikes', () => {
  test('returns all users whose names look alike, and no others', () => {
    const names = ['Ada', 'Аdа', 'Bob', 'Ian', 'Lan', 'paypal', 'раураl', 'Mo', 'Rmo'];
    const users = names.map((username) => ({ userId: username, username }));
    expect([...findLookalikes(users)].sort()).toEqual(['Ada', 'paypal', 'Аdа', 'раураl']);
  });

  test('a user under several names resembles others by each of them, but not themselves', () => {
    const ann = { userId: 'ann', username: 'Ann' };
    const renamed = [ann, { userId: 'ann', username: 'ANN' }];
    expect(findLookalikes(renamed)).toEqual(new Set());
    expect(findLookalikes([...renamed, { userId: 'eve', username: 'ann' }])).toEqual(new Set(['ann', 'eve']));
  });
});

describe('skeleton', () => {
  // Lines of confusables.txt, and the example of UTS #39.
  test.each([
    ['m', 'rn'],
    ['〇', 'O'],
    ['ʂ', 's̨'],
    ['𝔭𝒶ỿ𝕡𝕒ℓ', 'paypal'],
  ])('%j is that of %j', (text, like) => expect(skeleton(text)).toBe(skeleton(like)));
});
