import { expect, test } from 'vitest';
import { NamingLimit } from './namingLimit.ts';

const minute = 60_000;

function open(roomsOfUser: number, roomsOfAddress: number) {
  const clock = { ms: 0 };
  const refused: string[] = [];
  const onRefused = (by: string) => refused.push(by);
  const limit = new NamingLimit({ roomsOfUser, roomsOfAddress, onRefused, now: () => clock.ms });
  const take = (userId: string, roomId: string, address = 'here') => limit.take({ userId, address }, roomId);
  return { limit, clock, refused, take };
}

test('a user is shown who is present in a few rooms, at any rate, and in another one when the oldest is ten minutes old', () => {
  const { take, clock, refused } = open(3, 10);
  for (const roomId of ['a', 'b', 'c', 'a', 'b', 'c', 'a']) {
    take('eve', roomId);
    clock.ms += minute;
  }
  // Last used: b at 4, c at 5, a at 6.
  const error = expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 7 * minute });
  expect(() => take('eve', 'd')).toThrow(error);
  expect(refused).toEqual(['user']);
  take('eve', 'a');
  take('ada', 'd');
  clock.ms = 14 * minute;
  take('eve', 'd');
  expect(() => take('eve', 'b')).toThrow(expect.objectContaining({ retryAfterMs: minute }));
});

test('the users of an address share its rooms', () => {
  const { take, refused } = open(3, 5);
  for (const roomId of ['a', 'b', 'c']) for (const user of ['eve', 'ada', 'bob']) take(user, roomId);
  take('u1', 'd');
  take('u2', 'e');
  expect(() => take('u3', 'f')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(refused).toEqual(['address']);
  take('u3', 'e');
  take('u3', 'f', 'elsewhere');
});

test('`allows` takes a room or says no', () => {
  const { limit } = open(1, 5);
  const eve = { userId: 'eve', address: 'here' };
  expect([limit.allows(eve, 'a'), limit.allows(eve, 'b'), limit.allows(eve, 'a')]).toEqual([true, false, true]);
});

test('0 is unlimited', () => {
  const { limit, take } = open(0, 0);
  for (let n = 0; n < 1_000; n += 1) take('eve', `${n}`);
  expect(limit.size).toBe(0);
});

test('keys are forgotten when their rooms do not count any more, and never exceed a maximum', () => {
  const { limit, take, clock } = open(10, 0);
  for (let n = 0; n < 1_000; n += 1) take(`user ${n}`, 'a');
  expect(limit.size).toBe(1_000);
  clock.ms = 11 * minute;
  for (let n = 0; n < 1_000; n += 1) take(`new ${n}`, 'a');
  expect(limit.size).toBeLessThanOrEqual(1_001);
  for (let n = 0; n < 60_000; n += 1) take(`more ${n}`, 'a');
  expect(limit.size).toBeLessThanOrEqual(50_000);
});
