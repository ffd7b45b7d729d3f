import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createInProcessPresence } from '../../packages/server/src/presence/inProcessPresence.ts';
import type { Presence, PresenceChange } from '../../packages/server/src/presence/presence.ts';
import type { Pair } from '../resources/pairs.ts';
import { entry, openClusterPresence, openRedisPresence, times } from '../resources/presences.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

/** The backend of local presence is its process, so both instances are the same object. */
const drivers: { driver: string; open: () => Pair<Presence> }[] = [
  {
    driver: 'local',
    open: () => {
      const presence = createInProcessPresence();
      return { a: presence, b: presence, [Symbol.asyncDispose]: () => presence.close() };
    },
  },
  { driver: 'redis', open: () => openRedisPresence({ url: inject('redisUrl') }) },
  { driver: 'redis cluster', open: () => openClusterPresence(cluster) },
];

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const isUserList = (array: unknown): array is unknown[] =>
  Array.isArray(array) && array.some((one) => typeof one === 'object' && one !== null && 'userId' in one);

describe.each(drivers)('presence: $driver', ({ open }) => {
  test('counts a user with several connections once across all instances', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const [phone, laptop, other] = [entry(roomId, 'ada'), entry(roomId, 'ada'), entry(roomId, 'bob')];
    expect(await pair.a.enter(phone, 10)).toEqual({ hasJoined: true, userCount: 1 });
    expect(await pair.a.enter(phone, 10)).toEqual({ hasJoined: false, userCount: 1 });
    expect(await pair.a.enter(entry(roomId, 'ada'), 10)).toEqual({ hasJoined: false, userCount: 1 });
    expect(await pair.b.enter(laptop, 10)).toEqual({ hasJoined: false, userCount: 1 });
    expect(await pair.b.enter(other, 10)).toEqual({ hasJoined: true, userCount: 2 });
    expect(await pair.a.counts([roomId, randomUUID(), roomId])).toEqual([2, 0, 2]);
    expect(await pair.b.statusOf(roomId, 'ada')).toEqual({ isPresent: true, userCount: 2 });
    expect(await pair.a.statusOf(roomId, 'carol')).toEqual({ isPresent: false, userCount: 2 });
    expect(await pair.a.counts([])).toEqual([]);
  });

  test('the first watch under another name returns the former one, and the list has the new one', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const named = (username: string) => ({ ...entry(roomId, 'ada'), user: { userId: 'ada', username } });
    const [ada, grace] = [named('Ada “A” L.'), named('Grace')];
    expect(await pair.a.enter(ada, 1)).toEqual({ hasJoined: true, userCount: 1 });
    expect(await pair.b.enter(grace, 1)).toEqual({ hasJoined: false, userCount: 1, formerName: 'Ada “A” L.' });
    expect(await pair.b.enter({ ...grace }, 1)).toEqual({ hasJoined: false, userCount: 1 });
    expect(await pair.a.list(roomId, 5)).toEqual([grace.user]);
    // The same watch under another name stays one watch.
    const renamed = { ...grace, user: { userId: 'ada', username: 'Hedy' } };
    expect(await pair.b.enter(renamed, 1)).toEqual({ hasJoined: false, userCount: 1, formerName: 'Grace' });
    expect(await pair.b.leave(renamed)).toEqual({ hasLeft: false, userCount: 1 });
    expect(await pair.a.leave(ada)).toEqual({ hasLeft: true, userCount: 0 });
    expect(await pair.a.enter(named('Again'), 1)).toEqual({ hasJoined: true, userCount: 1 });
  });

  test('accepts users from the start', async () => {
    for (let round = 0; round < 20; round += 1) {
      await using pair = open();
      const roomIds = times(30, () => randomUUID());
      await Promise.all(roomIds.map((roomId, n) => (n % 2 ? pair.a : pair.b).enter(entry(roomId, 'ada'), 0)));
      expect(await pair.a.counts(roomIds)).toEqual(roomIds.map(() => 1));
    }
  });

  test('a user leaves with the last connection, and not before', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const [phone, tab, laptop] = [entry(roomId, 'ada'), entry(roomId, 'ada'), entry(roomId, 'ada')];
    await pair.a.enter(phone, 0);
    await pair.a.enter(tab, 0);
    await pair.b.enter(laptop, 0);
    expect(await pair.a.leave(phone)).toEqual({ hasLeft: false, userCount: 1 });
    expect(await pair.a.leave(phone)).toEqual({ hasLeft: false, userCount: 1 });
    expect(await pair.a.leave(tab)).toEqual({ hasLeft: false, userCount: 1 });
    expect(await pair.b.leave(laptop)).toEqual({ hasLeft: true, userCount: 0 });
    expect(await pair.b.leave(laptop)).toEqual({ hasLeft: false, userCount: 0 });
    expect(await pair.b.leave(entry(roomId, 'never there'))).toEqual({ hasLeft: false, userCount: 0 });
    expect(await pair.a.list(roomId, 10)).toEqual([]);
  });

  test('reports a join and a leave to exactly one of several concurrent callers', async () => {
    await using pair = open();
    const roomId = randomUUID();
    for (let round = 0; round < 20; round += 1) {
      const entries = times(12, () => entry(roomId, 'ada'));
      const at = (n: number) => (n % 2 ? pair.a : pair.b);
      const entered = await Promise.all(entries.map((one, n) => at(n).enter(one, 5)));
      expect(entered.filter(({ hasJoined }) => hasJoined)).toHaveLength(1);
      const left = await Promise.all(entries.map((one, n) => at(n).leave(one)));
      expect(left.filter(({ hasLeft }) => hasLeft)).toHaveLength(1);
      expect(await pair.b.counts([roomId])).toEqual([0]);
    }
  });

  test('concurrent changes of one user are applied in the order of the calls', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const [one, two] = [entry(roomId, 'ada'), entry(roomId, 'ada')];
    const answers = await Promise.all([
      pair.a.enter(one, 0),
      pair.a.leave(one),
      pair.a.enter(two, 0),
      pair.a.enter(one, 0),
      pair.a.leave(two),
    ]);
    expect(answers).toMatchObject([
      { hasJoined: true },
      { hasLeft: true },
      { hasJoined: true },
      { hasJoined: false },
      { hasLeft: false },
    ]);
    expect(await pair.b.counts([roomId])).toEqual([1]);
    expect(await pair.a.leave(one)).toEqual({ hasLeft: true, userCount: 0 });
  });

  test('enforces the capacity when many enter concurrently on two instances', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const entries = times(60, (n) => entry(roomId, `user ${n}`));
    const results = await Promise.allSettled(entries.map((one, n) => (n % 2 ? pair.a : pair.b).enter(one, 25)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(35);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'ROOM_FULL' });
    const counts = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.userCount] : []));
    expect(counts.sort((x, y) => x - y)).toEqual(times(25, (n) => n + 1));
    expect(await pair.a.counts([roomId])).toEqual([25]);
  });

  test('a full room accepts a user who is already present, and the next one after a leave', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const ada = entry(roomId, 'ada');
    await pair.a.enter(ada, 1);
    await expect(pair.b.enter(entry(roomId, 'bob'), 1)).rejects.toMatchObject({ code: 'ROOM_FULL' });
    const again = entry(roomId, 'ada');
    expect(await pair.b.enter(again, 1)).toEqual({ hasJoined: false, userCount: 1 });
    await pair.a.leave(ada);
    await pair.b.leave(again);
    expect(await pair.b.enter(entry(roomId, 'bob'), 1)).toEqual({ hasJoined: true, userCount: 1 });
  });

  test('lists by user id, with the latest name', async () => {
    await using pair = open();
    const roomId = randomUUID();
    for (const userId of ['c', 'a', 'd', 'b']) await pair.a.enter(entry(roomId, userId), 0);
    await pair.b.enter(entry(roomId, 'b', 'Bea'), 0);
    const all = [
      { userId: 'a', username: 'name of a' },
      { userId: 'b', username: 'Bea' },
      { userId: 'c', username: 'name of c' },
      { userId: 'd', username: 'name of d' },
    ];
    expect(await pair.a.list(roomId, 4)).toEqual(all);
    const some = await pair.a.list(roomId, 3);
    expect(some).toHaveLength(3);
    expect(some).toEqual(all.filter(({ userId }) => some.some((one) => one.userId === userId)));
  });

  test('lists some of many users by reading only a few', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const entries = times(1_500, (n) => entry(roomId, `user ${n}`));
    while (entries.length > 0) await Promise.all(entries.splice(0, 100).map((one) => pair.a.enter(one, 0)));
    using parsed = vi.spyOn(JSON, 'parse');
    using sorted = vi.spyOn(Array.prototype, 'sort');
    const page = await pair.b.list(roomId, 100);
    // Other work of this process may parse and sort too.
    const reads = parsed.mock.calls.filter(([text]) => text.includes('name of user ')).length;
    const sizes = sorted.mock.contexts.flatMap((array) => (isUserList(array) ? array.length : []));
    expect(new Set(page.map(({ userId }) => userId)).size).toBe(100);
    expect(reads).toBeLessThanOrEqual(100);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  test('accepts any text as an id', async () => {
    await using pair = open();
    const base = randomUUID();
    const oddIds = [
      '__proto__',
      'constructor',
      'a:b',
      'a',
      ':',
      '","',
      '\\',
      '{x}',
      ' ',
      '0',
      '-1',
      '👩‍👩‍👧',
      '\u00e9',
      'e\u0301',
      'x'.repeat(128),
    ];
    const roomIds = oddIds.map((id) => base + id);
    const entries = roomIds.flatMap((roomId) => oddIds.map((userId) => entry(roomId, userId, `"${userId}`)));
    await Promise.all(entries.map((one) => pair.a.enter(one, 0)));
    expect(await pair.b.counts(roomIds)).toEqual(roomIds.map(() => oddIds.length));
    const users = oddIds.map((userId) => ({ userId, username: `"${userId}` }));
    const byId = users.toSorted((x, y) => (x.userId < y.userId ? -1 : 1));
    for (const roomId of roomIds) expect(await pair.b.list(roomId, 100)).toEqual(byId);
    const left = await Promise.all(entries.map((one) => pair.a.leave(one)));
    expect(left.every(({ hasLeft }) => hasLeft)).toBe(true);
    expect(await pair.b.counts(roomIds)).toEqual(roomIds.map(() => 0));
  });

  test('does not call back for changes that a call has returned', async () => {
    await using pair = open();
    const received: PresenceChange[] = [];
    const stop = pair.b.onChanged((change) => received.push(change));
    const ada = entry(randomUUID(), 'ada');
    await pair.a.enter(ada, 0);
    await pair.a.leave(ada);
    await pair.a.enter(ada, 0);
    await pair.a.close();
    expect(received).toEqual([]);
    stop();
  });

  test('rejects calls after close', async () => {
    await using pair = open();
    await pair.a.close();
    await pair.a.close();
    await expect(pair.a.enter(entry('room', 'ada'), 0)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.counts(['room'])).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  });
});
