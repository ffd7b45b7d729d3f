import { describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { memberKey } from '../../packages/server/src/presence/redis/presenceTable.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { startPresenceProcess } from '../resources/presenceProcess.ts';
import { collectChanges, entry, newPrefix, openRedisPresence } from '../resources/presences.ts';
import { startRedis } from '../services/redis.ts';

describe('presence: redis outages', () => {
  test('a restart of Redis that loses everything: present users are restored, those who left meanwhile are not', async () => {
    await using redis = await startRedis();
    await using pair = openRedisPresence({ url: redis.url, leaseMs: 6_000, heartbeatMs: 100 });
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
    await using pair = openRedisPresence({ url: redis.url, log });
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
    await using pair = openRedisPresence({ ...options, log });
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

  test('Redis returns with outdated data: the instance’s memory is restored', async () => {
    await using redis = await startRedis();
    const prefix = newPrefix();
    await using pair = openRedisPresence({ url: redis.url, prefix, heartbeatMs: 100 });
    for (const userId of ['stays', 'forgotten']) await pair.a.enter(entry('room', userId), 0);
    using spy = connectRedis(redis.url);
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
});
