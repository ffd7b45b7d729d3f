import { expect, test } from 'vitest';
import { Names } from './names.ts';

const guest = (n: number) => `guest-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

test('guests are marked where identities are checked', () => {
  const names = new Names();
  expect(names.show({ userId: guest(1), username: 'Ann' })).toBe('Ann');
  names.marksGuests = true;
  expect(names.show({ userId: guest(1), username: 'Ann' })).toBe('Ann (guest)');
  expect(names.show({ userId: 'ben', username: 'Ben' })).toBe('Ben');
});

test('names that look alike are marked, as soon as both were shown', () => {
  const names = new Names();
  expect(names.show({ userId: 'a', username: 'Ada' })).toBe('Ada');
  expect(names.show({ userId: 'e', username: 'Аdа' })).toBe('Аdа (looks like another name)');
  expect(names.show({ userId: 'a', username: 'Ada' })).toBe('Ada (looks like another name)');
  expect(
    names.showAll([
      { userId: 'x', username: 'Mo' },
      { userId: 'y', username: 'MO' },
    ]),
  ).toEqual(['Mo (looks like another name)', 'MO (looks like another name)']);
});

test('a new name is shown once with the former one, and frees it', () => {
  const names = new Names();
  names.show({ userId: 'a', username: 'Ann' });
  expect(names.show({ userId: 'a', username: 'Anna' })).toBe('Anna (was Ann)');
  expect(names.show({ userId: 'a', username: 'Anna' })).toBe('Anna');
  expect(names.show({ userId: 'e', username: 'Ann' })).toBe('Ann');
});

test('a thousand users are remembered', () => {
  const names = new Names();
  for (let n = 0; n < 1_001; n += 1) names.show({ userId: `u${n}`, username: `Name ${n}` });
  expect(names.show({ userId: 'new', username: 'Name 1000' })).toBe('Name 1000 (looks like another name)');
  expect(names.show({ userId: 'new', username: 'Name 0' })).toBe('Name 0 (was Name 1000)');
});
