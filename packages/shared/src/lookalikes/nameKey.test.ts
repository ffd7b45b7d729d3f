import { expect, test } from 'vitest';
import { nameKey } from './nameKey.ts';

test.each([
  ['Zoë', 'zoe'],
  ['ZOE\u0308', 'zoe'],
  ['Ｚоё', 'zoe'],
  ['  Ada  Love ', 'ada love'],
  ['Pаyраl\u200b', 'paypal'],
  ['Mode1', 'model'],
])('%j is found like %j', (name, like) => expect(nameKey(name)).toBe(nameKey(like)));

test.each(['Mo', 'Zoë Alan', 'Анна', '王小明', '🙂 Ann'])('the beginning of %j is the beginning of its key', (name) => {
  for (let length = 1; length <= name.length; length += 1) {
    const beginning = name.slice(0, length);
    if (beginning.isWellFormed()) expect(nameKey(name).startsWith(nameKey(beginning))).toBe(true);
  }
});

test('a key has a bounded length, and no half characters', () => {
  expect(nameKey('ﷺ'.repeat(40)).length).toBeLessThanOrEqual(128);
  expect(nameKey(`a${'🙂'.repeat(100)}`).isWellFormed()).toBe(true);
});
