import { randomUUID } from 'node:crypto';
import { createPresence, readConfig } from '@earshot/server';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { createInProcessPresence } from '../../packages/server/src/presence/inProcessPresence.ts';
import type { Presence, PresenceChange, PresenceEntry } from '../../packages/server/src/presence/presence.ts';
import { memberKey, PresenceTable, type RoomUser } from '../../packages/server/src/presence/redis/presenceTable.ts';
import { createRedisClusterPresence } from '../../packages/server/src/presence/redis/redisClusterPresence.ts';
import type { PresenceTiming } from '../../packages/server/src/presence/redis/redisPresence.ts';
import {
  createRedisPresence,
  type RedisPresenceOptions,
} from '../../packages/server/src/presence/redis/redisPresence.ts';
import { startPresenceProcess } from '../resources/presenceProcess.ts';
import { startRedis } from '../services/redis.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

/** Two instances on one backend. The backend of local presence is its process, so both are the same object. */
interface Pair extends AsyncDisposable {
  a: Presence;
  b: Presence;
}

const drivers: { driver: string; open: () => Pair }[] = [
  {
    driver: 'local',
    open: () => {
      const presence = createInProcessPresence();
      return { a: presence, b: presence, [Symbol.asyncDispose]: () => presence.close() };
    },
  },
  { driver: 'redis', open: () => openRedis({ url: inject('redisUrl') }) },
  { driver: 'redis cluster', open: () => openCluster(cluster) },
];

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const newPrefix = () => `test-${randomUUID()}:{presence}:`;

function openRedis(options: Omit<RedisPresenceOptions, 'log'> & { log?: RedisPresenceOptions['log'] }): Pair {
  const all = { prefix: newPrefix(), log: createLogger('silent'), ...options };
  return pairOf(createRedisPresence(all), createRedisPresence(all));
}

function openCluster({ url }: RedisCluster, timing: PresenceTiming = {}): Pair {
  const all = { urls: url.split(','), name: `test-${randomUUID()}:`, log: createLogger('silent'), ...timing };
  return pairOf(createRedisClusterPresence(all), createRedisClusterPresence(all));
}

function pairOf(a: Presence, b: Presence): Pair {
  return {
    a,
    b,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}

let connections = 0;

function entry(roomId: string, userId: string, username = `name of ${userId}`): PresenceEntry {
  connections += 1;
  return { roomId, connectionId: `connection ${connections}`, user: { userId, username } };
}

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

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
    const reads = parsed.mock.calls.length;
    const sizes = sorted.mock.contexts.map((array) => (array as unknown[]).length);
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

/** Short times for tests, in the same proportions as a server's. */
const quick = { leaseMs: 1_000, heartbeatMs: 100 };

const brief = (change: PresenceChange) =>
  `${change.type} ${change.type === 'recounted' ? change.roomId : change.user.userId}, ${change.userCount}`;

/** Collects the changes of which the instances notify, such as `left ada, 3`. */
function collectChanges(...instances: Presence[]): string[] {
  const received: string[] = [];
  for (const presence of instances) presence.onChanged((change) => received.push(brief(change)));
  return received;
}

describe('presence: redis leases', () => {
  test('leaves no keys behind', async () => {
    const prefix = newPrefix();
    using spy = connect(inject('redisUrl'));
    {
      await using pair = openRedis({ url: inject('redisUrl'), prefix });
      const entries = times(200, (n) => entry(`room ${n % 20}`, `user ${n % 50}`));
      const at = (n: number) => (n % 3 ? pair.a : pair.b);
      await Promise.all(
        entries.map(async (one, n) => {
          await at(n).enter(one, 0);
          await at(n).leave(one);
        }),
      );
      expect((await spy.client.keys(`${prefix}*`)).sort()).toEqual([`${prefix}epochs`, `${prefix}leases`]);
    }
    expect(await spy.client.keys(`${prefix}*`)).toEqual([]);
  });

  test('an instance that closes removes its users without notifying others', async () => {
    await using pair = openRedis({ url: inject('redisUrl'), ...quick });
    const changes = collectChanges(pair.b);
    await Promise.all(times(450, (n) => pair.a.enter(entry('room', `user ${n}`), 0)));
    await pair.b.enter(entry('room', 'user 7'), 0);
    await pair.a.close();
    expect(await pair.b.list('room', 10)).toEqual([{ userId: 'user 7', username: 'name of user 7' }]);
    expect(changes).toEqual([]);
  });

  test('the users of an instance killed with -9 are removed, and another instance reports it', async () => {
    const options = { url: inject('redisUrl'), prefix: newPrefix(), ...quick };
    await using pair = openRedis(options);
    const changes = collectChanges(pair.a, pair.b);
    await pair.a.enter(entry('room', 'user 1'), 0);
    const entries = times(450, (n) => entry('room', `user ${n}`));
    await using other = await startPresenceProcess({ ...options, entries });
    expect(await pair.a.counts(['room'])).toEqual([450]);
    other.process.kill('SIGKILL');
    await expect.poll(() => pair.a.counts(['room']), { timeout: 10_000 }).toEqual([1]);
    await expect.poll(() => changes.length).toBe(449);
    const expectedNames = times(450, (n) => `left user ${n}`).filter((text) => text !== 'left user 1');
    expect(changes.map((text) => text.split(',')[0]).sort()).toEqual(expectedNames.sort());
    const userCounts = changes.map((text) => Number(text.split(',')[1]));
    expect(userCounts.sort((x, y) => x - y)).toEqual(times(449, (n) => n + 1));
  });

  test('an instance that was considered dead restores its users and reports who is back', async () => {
    const options = { url: inject('redisUrl'), prefix: newPrefix(), ...quick };
    await using pair = openRedis(options);
    const changes = collectChanges(pair.a, pair.b);
    const entries = times(5, (n) => entry('room', `user ${n}`));
    await pair.a.enter(entry('room', 'user 0'), 0); // stays present through this instance
    await using other = await startPresenceProcess({ ...options, entries });
    other.process.kill('SIGSTOP');
    await expect.poll(() => changes.length, { timeout: 10_000 }).toBe(4);
    expect(await pair.a.counts(['room'])).toEqual([1]);
    other.process.kill('SIGCONT');
    await expect.poll(() => pair.a.counts(['room']), { timeout: 10_000 }).toEqual([5]);
    const back = await other.changes.untilAll((all) => all.length >= 4);
    expect(back.map(brief).sort()).toEqual(times(4, (n) => `joined user ${n + 1}, 5`));
    expect(changes).toHaveLength(4); // only one instance reports that a user is back
  });

  test('a restart of Redis that loses everything: present users are restored, those who left meanwhile are not', async () => {
    await using redis = await startRedis();
    await using pair = openRedis({ url: redis.url, leaseMs: 6_000, heartbeatMs: 100 });
    const changes = collectChanges(pair.a, pair.b);
    const [stays, leaves, comes] = [entry('room', 'stays'), entry('room', 'leaves'), entry('room', 'comes')];
    await pair.a.enter(stays, 0);
    await pair.a.enter(leaves, 0);
    await pair.b.enter(entry('room', 'elsewhere'), 0);
    await redis.kill();

    await expect.poll(() => pair.a.counts(['room']).catch((error) => error.code)).toBe('BROKER_UNAVAILABLE');
    await expect(pair.a.leave(leaves)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.enter(comes, 0)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.list('room', 10)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await redis.start();

    const userIds = async () => (await pair.b.list('room', 10)).map(({ userId }) => userId);
    await vi.waitFor(async () => expect(await userIds()).toEqual(['elsewhere', 'stays']), { timeout: 5_000 });
    expect(await pair.a.enter(comes, 0)).toEqual({ hasJoined: true, userCount: 3 });
    expect(changes).toEqual([]); // not before other instances had time to reconnect and subscribe
    const expectedChanges = ['left leaves, 3', 'recounted room, 3', 'recounted room, 3']; // once for each instance
    await expect.poll(() => changes.toSorted(), { timeout: 10_000 }).toEqual(expectedChanges);
    expect(await pair.a.leave(stays)).toEqual({ hasLeft: true, userCount: 2 });
    expect(changes).toHaveLength(3);
  });

  test('an instance that stops while Redis is down logs a warning if it can’t remove users', async () => {
    await using redis = await startRedis();
    const log = createLogger('silent');
    const warnings = vi.spyOn(log, 'warn');
    await using pair = openRedis({ url: redis.url, log });
    await pair.a.enter(entry('room', 'ada'), 0);
    await redis.kill();
    const warningsOfPresence = () =>
      warnings.mock.calls.filter(([, text]) => String(text).startsWith('presence not removed'));
    await pair.b.close();
    expect(warningsOfPresence()).toEqual([]);
    await pair.a.close();
    expect(warningsOfPresence()).toHaveLength(1);
  });

  test('Redis hangs longer than a lease: no instance is considered dead, and unconfirmed changes are resolved', async () => {
    await using redis = await startRedis();
    const log = createLogger('silent');
    const warnings = vi.spyOn(log, 'warn');
    const options = { url: redis.url, prefix: newPrefix(), leaseMs: 3_000, heartbeatMs: 100 };
    await using pair = openRedis({ ...options, log });
    const changes = collectChanges(pair.a, pair.b);
    const [stays, leaves, comes] = [entry('room', 'stays'), entry('room', 'leaves'), entry('room', 'comes')];
    await pair.a.enter(stays, 0);
    await pair.a.enter(leaves, 0);
    await pair.b.enter(entry('room', 'elsewhere'), 0);
    const entries = [entry('room', 'dead')];
    await using other = await startPresenceProcess({ ...options, entries });
    other.process.kill('SIGKILL');

    redis.pause();
    const paused = performance.now();
    await Promise.all([
      // Both commands reach the socket, so Redis executes them when it resumes; their callers get an error.
      expect(pair.a.leave(leaves)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' }),
      expect(pair.a.enter(comes, 0)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' }),
    ]);
    expect(performance.now() - paused).toBeLessThan(2_500);
    await expect.poll(() => performance.now() - paused, { timeout: 10_000 }).toBeGreaterThan(options.leaseMs + 500);
    expect(warnings.mock.calls.map(([, text]) => text)).toEqual([
      'Redis connection lost; reconnecting',
      'Redis connection lost; reconnecting',
    ]);
    redis.resume();

    // The removal of the dead instance shows that expired leases have been searched for since.
    const expectedChanges = ['left dead, 2', 'left leaves', 'recounted room']; // `comes` was counted temporarily
    const summaries = () => changes.map((text) => (text.startsWith('left dead') ? text : text.split(',')[0])).sort();
    await expect.poll(summaries, { timeout: 10_000 }).toEqual(expectedChanges);
    const users = await pair.b.list('room', 10);
    expect(users.map(({ userId }) => userId)).toEqual(['elsewhere', 'stays']);
  });

  test('Redis returns with outdated data: the instanceâs memory is restored', async () => {
    await using redis = await startRedis();
    const prefix = newPrefix();
    await using pair = openRedis({ url: redis.url, prefix, heartbeatMs: 100 });
    for (const userId of ['stays', 'forgotten']) await pair.a.enter(entry('room', userId), 0);
    using spy = connect(redis.url);
    const [heldKey = ''] = await spy.client.keys(`${prefix}held:*`);
    await spy.client
      .multi()
      .srem(heldKey, memberKey('room', 'forgotten'))
      .hdel(`${prefix}room:room`, 'forgotten')
      .hdel(`${prefix}users:room`, 'forgotten')
      .sadd(heldKey, memberKey('room', 'left long ago'))
      .hset(`${prefix}room:room`, 'left long ago', 1)
      .hset(`${prefix}users:room`, 'left long ago', JSON.stringify(['left long ago', 'Ghost']))
      .exec();
    await spy.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const userIds = async () => (await pair.b.list('room', 10).catch(() => [])).map(({ userId }) => userId);
    await expect.poll(userIds, { timeout: 5_000 }).toEqual(['forgotten', 'stays']);
    expect(await pair.b.counts(['room'])).toEqual([2]);
  });

  test('a lease that belongs to a previous epoch is registered again', async () => {
    await using pair = openRedis({ url: inject('redisUrl'), heartbeatMs: 60_000 });
    const { register } = PresenceTable.prototype;
    const registerSpy = vi.spyOn(PresenceTable.prototype, 'register').mockImplementationOnce(async function (
      this: PresenceTable,
    ) {
      const registration = await register.call(this);
      this.nextEpoch(); // as if the connection had been replaced at this moment
      return registration;
    });
    expect(await pair.a.enter(entry('room', 'ada'), 0)).toEqual({ hasJoined: true, userCount: 1 });
    registerSpy.mockRestore();
  });

  test('an enter whose answer was lost does not prevent the next one from being the first', async () => {
    await using pair = openRedis({ url: inject('redisUrl'), heartbeatMs: 60_000 }); // no heartbeat resolves it
    await pair.a.enter(entry('room', 'bob'), 0);
    const lost = loseAnswers('enter');
    await expect(pair.a.enter(entry('room', 'ada'), 0)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    lost.mockRestore();
    expect(await pair.b.counts(['room'])).toEqual([2]);
    expect(await pair.a.enter(entry('room', 'ada'), 0)).toEqual({ hasJoined: true, userCount: 2 });
  });

  test('a leave whose answer was lost is reported once, unless the user is back', async () => {
    await using pair = openRedis({ url: inject('redisUrl'), leaseMs: 2_000, heartbeatMs: 50 });
    const changes = collectChanges(pair.a, pair.b);
    const [ada, bob] = [entry('room', 'ada'), entry('room', 'bob')];
    await pair.a.enter(ada, 0);
    await pair.a.enter(bob, 0);
    const lost = loseAnswers('leave');
    await expect(pair.a.leave(ada)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.leave(bob)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    lost.mockRestore();
    await pair.b.enter(entry('room', 'bob'), 0);
    await expect.poll(() => changes, { timeout: 5_000 }).toEqual(['left ada, 1']);
    const eve = entry('room', 'eve');
    const next = loseAnswers('leave');
    await pair.a.enter(eve, 0);
    await expect(pair.a.leave(eve)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    next.mockRestore();
    // Ada and Bob caused no other event before this.
    await expect.poll(() => changes, { timeout: 5_000 }).toEqual(['left ada, 1', 'left eve, 1']);
  });

  test('commands of an earlier connection have no effect once the next one has registered', async () => {
    using own = connect(inject('redisUrl'));
    const table = new PresenceTable(own.client, { prefix: newPrefix(), leaseMs: 10_000 });
    const place = { roomId: 'room', user: { userId: 'ada', username: 'Ada' } };
    table.nextEpoch();
    const [entered, registered] = [vi.spyOn(own.client, 'presenceEnter'), vi.spyOn(own.client, 'presenceRegister')];
    await table.register();
    await table.enter(place, 0);
    const late = {
      register: () => own.client.presenceRegister(...(registered.mock.calls[0] ?? [])),
      enter: () => own.client.presenceEnter(...(entered.mock.calls[0] ?? [])),
    };
    table.nextEpoch();
    expect(await table.register()).toBe('known');
    await table.leave(place);
    await late.register();
    expect(await late.enter()).toEqual([-1, 0]);
    expect(await table.count('room')).toBe(0);
    expect(await table.renew()).toBe(true);
    await table.releaseOwn();
  });
});

describe('presence: redis cluster nodes', () => {
  /** Enough rooms for every partition. */
  const rooms = times(100, (n) => `room ${n}`);

  test('distributes rooms over the nodes, each with its keys in one slot, and leaves no keys behind', async () => {
    await using nodes = await startRedisCluster();
    await using stack = new AsyncDisposableStack();
    const spies = nodes.nodes.map(({ url }) => stack.use(connect(url)).client);
    const keys = async () => (await Promise.all(spies.map((spy) => spy.keys('*')))).map((all) => all.sort());
    {
      await using pair = openCluster(nodes);
      const entries = rooms.map((roomId) => entry(roomId, 'ada'));
      await Promise.all(entries.map((one) => pair.a.enter(one, 0)));
      for (const all of await keys()) {
        expect(all.filter((key) => key.includes('}:room:')).length).toBeGreaterThan(10);
        for (const key of all) expect(key).toMatch(/^test-[^{]+\{presence:\d+\}:(leases|epochs|(held|room|users):.+)$/);
      }
      await Promise.all(entries.map((one) => pair.a.leave(one)));
      expect((await keys()).flat().filter((key) => !/:(leases|epochs)$/.test(key))).toEqual([]);
    }
    expect(await keys()).toEqual([[], [], []]);
  });

  test('the users of a dead instance are removed from every partition', async () => {
    const timing = { ...quick, leaseMs: 2_000 };
    await using pair = openCluster(cluster, timing);
    const changes = collectChanges(pair.b);
    await Promise.all(rooms.map((roomId) => pair.a.enter(entry(roomId, 'ada'), 0)));
    const releaseSpy = vi.spyOn(PresenceTable.prototype, 'releaseOwn').mockResolvedValue();
    await pair.a.close(); // without releasing its users, as if killed
    releaseSpy.mockRestore();
    await expect.poll(() => changes.length, { timeout: 15_000 }).toBe(rooms.length);
    expect(new Set(changes)).toEqual(new Set(['left ada, 0']));
    expect(await pair.b.counts(rooms)).toEqual(rooms.map(() => 0));
  });

  test('a node fails and returns without its data: its rooms fail in time, the others work, then all are correct', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openCluster(nodes, { leaseMs: 6_000, heartbeatMs: 100 });
    await Promise.all(rooms.map((roomId) => pair.a.enter(entry(roomId, 'ada'), 0)));
    await Promise.all(rooms.map((roomId) => pair.b.enter(entry(roomId, 'bob'), 0)));
    await nodes.nodes[0]?.kill();
    const startedAt = performance.now();
    const late = rooms.map((roomId) => entry(roomId, 'late'));
    const results = await Promise.allSettled(late.map((one) => pair.a.enter(one, 0)));
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    const entered = results.filter((result) => result.status === 'fulfilled');
    expect(entered.length).toBeGreaterThan(20);
    expect(entered.length).toBeLessThan(80);
    for (const { value } of entered) expect(value).toEqual({ hasJoined: true, userCount: 3 });
    await nodes.nodes[0]?.start();
    const expected = results.map((result) => (result.status === 'fulfilled' ? 3 : 2));
    await expect.poll(() => pair.b.counts(rooms).catch(() => []), { timeout: 10_000 }).toEqual(expected);
    for (const [n, result] of results.entries()) {
      const one = late[n];
      if (one && result.status === 'rejected') {
        expect(await pair.b.enter(one, 0)).toEqual({ hasJoined: true, userCount: 3 });
      }
    }
  });
});

describe('presence: deployments on one Redis', () => {
  const log = createLogger('silent');
  const open = (settings: Record<string, string>) => {
    const mongo = { MONGODB_URI: 'mongodb://127.0.0.1:1', MONGODB_DB: 'test' };
    return createPresence(readConfig({ ...mongo, ...settings }).broker, log);
  };
  const standalone = () => ({ REDIS_URL: inject('redisUrl') });
  const clustered = () => ({ REDIS_URL: cluster.url, REDIS_CLUSTER: 'true' });
  const [one, two] = [`test-${randomUUID()}`, `test-${randomUUID()}`];

  test.each([
    ['prefixes', () => [1, 2].map((n) => ({ ...standalone(), REDIS_PREFIX: n === 1 ? one : two }))],
    ['names of databases', () => [1, 2].map((n) => ({ ...standalone(), MONGODB_DB: n === 1 ? one : two }))],
    ['numbers of databases', () => [1, 2].map((n) => ({ REDIS_URL: `${inject('redisUrl')}/${n}`, REDIS_PREFIX: one }))],
    ['prefixes, on a cluster', () => [1, 2].map((n) => ({ ...clustered(), REDIS_PREFIX: n === 1 ? one : two }))],
    [
      'names of databases, on a cluster',
      () => [1, 2].map((n) => ({ ...clustered(), MONGODB_DB: n === 1 ? one : two })),
    ],
  ])('with different %s count, list and remove only their own users', async (_name, settings) => {
    const [production, staging] = settings().map(open);
    if (production === undefined || staging === undefined) throw new RangeError('two deployments');
    await using pair = pairOf(production, staging);
    const changes = collectChanges(pair.a, pair.b);
    const roomId = randomUUID();
    const [here, there] = [entry(roomId, 'ada'), entry(roomId, 'ada', 'Another Ada')];
    expect(await pair.a.enter(here, 1)).toEqual({ hasJoined: true, userCount: 1 });
    expect(await pair.b.counts([roomId])).toEqual([0]);
    expect(await pair.b.statusOf(roomId, 'ada')).toEqual({ isPresent: false, userCount: 0 });
    expect(await pair.b.enter(there, 1)).toEqual({ hasJoined: true, userCount: 1 });
    expect(await pair.a.list(roomId, 10)).toEqual([{ userId: 'ada', username: 'name of ada' }]);
    expect(await pair.b.leave(there)).toEqual({ hasLeft: true, userCount: 0 });
    expect(await pair.a.statusOf(roomId, 'ada')).toEqual({ isPresent: true, userCount: 1 });
    await pair.b.close();
    expect(await pair.a.counts([roomId])).toEqual([1]);
    expect(changes).toEqual([]);
  });
});

/** Lets Redis execute the command, and drops the answer. */
function loseAnswers(change: 'enter' | 'leave') {
  const { enter, leave } = PresenceTable.prototype;
  return vi.spyOn(PresenceTable.prototype, change).mockImplementation(async function (
    this: PresenceTable,
    place: RoomUser,
  ) {
    await (change === 'enter' ? enter.call(this, place, 0) : leave.call(this, place));
    throw new Error('the answer is lost');
  });
}

function connect(url: string) {
  const client = new Redis(url);
  return { client, [Symbol.dispose]: () => client.disconnect() };
}
