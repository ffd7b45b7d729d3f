import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RecentUse, SharedRecents } from '../../limits/limits.ts';
import { NamingLimit } from './namingLimit.ts';

const minute = 60_000;

function open(roomsOfUser: number, roomsOfAddress: number, shared: SharedRecents | null = null) {
  const clock = { ms: 0 };
  const refused: string[] = [];
  const onRefused = (by: string) => refused.push(by);
  const limit = new NamingLimit({ roomsOfUser, roomsOfAddress, shared, onRefused, now: () => clock.ms });
  const take = (userId: string, roomId: string, address = 'here') => limit.take({ userId, address }, roomId);
  return { limit, clock, refused, take };
}

test('a user is shown who is present in a few rooms, at any rate, and in another one when the oldest is ten minutes old', async () => {
  const { take, clock, refused } = open(3, 10);
  for (const roomId of ['a', 'b', 'c', 'a', 'b', 'c', 'a']) {
    await take('eve', roomId);
    clock.ms += minute;
  }
  // Last used: b at 4, c at 5, a at 6.
  const error = expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 7 * minute });
  await expect(take('eve', 'd')).rejects.toEqual(error);
  expect(refused).toEqual(['user']);
  await take('eve', 'a');
  await take('ada', 'd');
  clock.ms = 14 * minute;
  await take('eve', 'd');
  await expect(take('eve', 'b')).rejects.toEqual(expect.objectContaining({ retryAfterMs: minute }));
});

test('the users of an address share its rooms', async () => {
  const { take, refused } = open(3, 5);
  for (const roomId of ['a', 'b', 'c']) for (const user of ['eve', 'ada', 'bob']) await take(user, roomId);
  await take('u1', 'd');
  await take('u2', 'e');
  await expect(take('u3', 'f')).rejects.toEqual(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(refused).toEqual(['address']);
  await take('u3', 'e');
  await take('u3', 'f', 'elsewhere');
});

test('`allows` takes a room or says no', () => {
  const { limit } = open(1, 5);
  const eve = { userId: 'eve', address: 'here' };
  expect([limit.allows(eve, 'a'), limit.allows(eve, 'b'), limit.allows(eve, 'a')]).toEqual([true, false, true]);
});

test('0 is unlimited', async () => {
  const { limit, take } = open(0, 0);
  for (let n = 0; n < 1_000; n += 1) await take('eve', `${n}`);
  expect(limit.size).toBe(0);
});

test('keys are forgotten when their rooms do not count any more, and never exceed a maximum', async () => {
  const { limit, take, clock } = open(10, 0);
  for (let n = 0; n < 1_000; n += 1) await take(`user ${n}`, 'a');
  expect(limit.size).toBe(1_000);
  clock.ms = 11 * minute;
  for (let n = 0; n < 1_000; n += 1) await take(`new ${n}`, 'a');
  expect(limit.size).toBeLessThanOrEqual(1_001);
  for (let n = 0; n < 60_000; n += 1) await take(`more ${n}`, 'a');
  expect(limit.size).toBeLessThanOrEqual(50_000);
});

/** Other instances that answer with these waits, by the beginning of the set. */
function others(waits: Record<string, number | null>) {
  const uses: RecentUse[] = [];
  const use = async (one: RecentUse) => {
    uses.push(one);
    return Object.entries(waits).find(([set]) => one.set.startsWith(`naming:${set}`))?.[1] ?? 0;
  };
  return { uses, use, sets: () => uses.map(({ set, values }) => `${set}: ${values.join(' ')}`) };
}

test('the rooms on other instances count for lists, and are asked for once a minute', async () => {
  const shared = others({});
  const { take, clock } = open(3, 5, shared);
  await take('eve', 'a');
  await take('eve', 'a');
  expect(shared.sets()).toEqual(['naming:user:eve: a', 'naming:address:here: a']);
  expect(shared.uses[0]).toMatchObject({ windowMs: 10 * minute, max: 3 });
  clock.ms = minute;
  await take('eve', 'a');
  await take('eve', 'b');
  const later = shared.sets().slice(2);
  expect(later).toEqual(
    ['user:eve: a', 'address:here: a', 'user:eve: b', 'address:here: b'].map((set) => `naming:${set}`),
  );
});

test('a list that other instances refuse takes nothing from the address, and is refused here until then', async () => {
  const shared = others({ 'user:eve': 5_000 });
  const { take, clock, refused } = open(3, 5, shared);
  await expect(take('eve', 'a')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 5_000 });
  clock.ms = 1_000;
  await expect(take('eve', 'a')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 4_000 });
  await take('ada', 'a');
  expect(shared.sets()).toEqual(['user:eve: a', 'user:ada: a', 'address:here: a'].map((set) => `naming:${set}`));
  expect(refused).toEqual(['user', 'user']);
  clock.ms = 5_000;
  await expect(take('eve', 'b')).rejects.toMatchObject({ retryAfterMs: 5_000 });
  expect(shared.sets().at(-1)).toBe('naming:user:eve: b');
});

test('lists of one room at the same time all wait for the answer', async () => {
  const shared = others({ user: minute });
  const { limit, take } = open(10, 20, shared);
  for (const roomId of ['a', 'b', 'c']) limit.allows({ userId: 'eve', address: 'here' }, roomId);
  const lists = await Promise.allSettled([take('eve', 'c'), take('ada', 'd'), take('ada', 'd')]);
  expect(lists.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

test('while other instances can’t be asked, the rooms on this one count', async () => {
  const { take } = open(2, 5, others({ user: null, address: null }));
  await take('eve', 'a');
  await take('eve', 'b');
  await expect(take('eve', 'c')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});

test('events of few rooms are shown without asking; then all are reported, and the answer counts', async () => {
  const shared = others({ user: minute });
  const { limit } = open(10, 20, shared);
  const eve = { userId: 'eve', address: 'here' };
  for (const roomId of ['a', 'b', 'a', 'c']) expect(limit.allows(eve, roomId)).toBe(true);
  await setImmediate();
  expect(limit.allows(eve, 'c')).toBe(false);
  expect(shared.sets()).toEqual(['naming:user:eve: b a c']);
  expect(limit.allows(eve, 'a')).toBe(true);
  expect(limit.allows(eve, 'd')).toBe(false);
});

test('many watchers at once cause a bounded number of reports', async () => {
  const answer = Promise.withResolvers<number>();
  let asked = 0;
  const use = () => {
    asked += 1;
    return answer.promise;
  };
  const { limit } = open(10, 0, { use });
  for (let n = 0; n < 1_000; n += 1) {
    for (const roomId of ['a', 'b', 'c']) limit.allows({ userId: `user ${n}`, address: 'here' }, roomId);
  }
  expect(asked).toBe(100);
  answer.resolve(0);
});

test('a report names one room, however many the address has', async () => {
  const shared = others({});
  const { take, clock } = open(0, 1_000, shared);
  for (let n = 0; n < 500; n += 1) await take(`user ${n}`, `room ${n}`);
  clock.ms = minute;
  await take('user 1', 'room 1');
  expect(shared.uses).toHaveLength(501);
  expect(Math.max(...shared.uses.map(({ values }) => values.length))).toBe(1);
});
