import { expect, test } from 'vitest';
import { GuestOrigins } from './guestOrigins.ts';

const address = (hash: string) => ({ type: 'address', hash }) as const;
const device = (hash: string) => ({ type: 'device', hash }) as const;
const hour = 60 * 60 * 1_000;

test('knows the latest four origins of a guest, the latest last', () => {
  const origins = new GuestOrigins();
  for (const n of ['a', 'b', 'c', 'a', 'd']) origins.note('ada', [address(n), device('x')]);
  expect(origins.of('ada')).toEqual([address('c'), address('a'), address('d'), device('x')]);
  expect(origins.of('bob')).toEqual([]);
});

test('an address and a device with the same hash are two', () => {
  const origins = new GuestOrigins();
  origins.note('ada', [address('x')]);
  origins.note('ada', [device('x')]);
  expect(origins.of('ada')).toEqual([address('x'), device('x')]);
});

test('forgets guests after a day', () => {
  let now = 0;
  const origins = new GuestOrigins({ clock: () => now });
  for (const guest of ['ada', 'bob', 'cleo']) origins.note(guest, [address(guest)]);
  now = 24 * hour;
  expect(origins.of('ada')).toHaveLength(1);
  now += 1;
  expect([origins.of('ada'), origins.size]).toEqual([[], 3]);
  origins.note('dan', [address('d')]);
  expect(origins.size).toBe(2);
});

test('a flood of guests leaves the latest ones', () => {
  const origins = new GuestOrigins({ max: 100 });
  origins.note('ada', [address('a')]);
  for (let n = 0; n < 10_000; n += 1) {
    origins.note(`guest ${n}`, [address(`${n}`)]);
    if (n % 50 === 0) origins.note('ada', [address('a')]);
  }
  expect(origins.size).toBe(100);
  expect(origins.of('ada')).toEqual([address('a')]);
  expect(origins.of('guest 0')).toEqual([]);
  expect(origins.of('guest 9999')).toHaveLength(1);
});
