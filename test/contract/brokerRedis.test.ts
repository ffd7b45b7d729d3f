import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRedisBroker } from '../../packages/server/src/broker/redis/redisBroker.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { connectRedis as connectForCommands } from '../../packages/server/src/redis/redisConnection.ts';
import { Inbox, listen, openRedisBrokers, untilPublished } from '../resources/brokers.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { startRedis } from '../services/redis.ts';

describe('broker: redis connection', () => {
  test('uses one connection for all rooms, and leaves no channel behind', async () => {
    await using redis = await startRedis();
    await using pair = openRedisBrokers(redis.url);
    using spy = connectRedis(redis.url);
    const roomIds = Array.from({ length: 300 }, () => randomUUID());
    const listening = await Promise.all(roomIds.map((roomId) => listen(pair.a, roomId)));
    expect(
      String(await spy.client.call('CLIENT', 'LIST', 'TYPE', 'pubsub'))
        .trim()
        .split('\n'),
    ).toHaveLength(1);
    expect(await spy.client.pubsub('CHANNELS')).toHaveLength(300);
    expect(await spy.client.pubsub('CHANNELS')).toContain(`room:${roomIds[0]}`);
    for (const { unsubscribe } of listening) unsubscribe();
    expect(pair.a.subscribedRooms).toBe(0);
    await pair.a.ping();
    expect(await spy.client.pubsub('CHANNELS')).toEqual([]);
  });

  test('commands of one tick take one write', async () => {
    await using server = await startRedis();
    const redis = connectForCommands({
      url: server.url,
      log: createLogger('silent'),
      name: 'test',
      hasCommandTimeout: true,
    });
    onTestFinished(() => redis.disconnect());
    await redis.ping();
    const joined = vi.spyOn(redis.stream, '_writev');
    const single = vi.spyOn(redis.stream, '_write');
    await Promise.all([redis.ping('a'), redis.ping('b'), redis.ping('c')]);
    expect([joined.mock.calls.length, single.mock.calls.length]).toEqual([1, 0]);
  });

  test('recovers after a restart: reports one interruption, delivers again, and logs the outage once', async () => {
    await using redis = await startRedis();
    const ownLog = createLogger('silent');
    const warnings = vi.spyOn(ownLog, 'warn');
    const notices = vi.spyOn(ownLog, 'info');
    await using stack = new AsyncDisposableStack();
    const broker = stack.adopt(createRedisBroker({ url: redis.url, log: ownLog }), (it) => it.close());
    const roomId = randomUUID();
    const { inbox } = await listen(broker, roomId);
    const unsubscribed = broker.subscribe(`${roomId} gone`, () => {});
    await unsubscribed.ready;
    const interruptions = new Inbox();
    broker.onInterrupted(() => interruptions.listener('interrupted'));

    await redis.kill();
    await expect.poll(() => broker.publish(roomId, 'lost').catch((error) => error.code)).toBe('BROKER_UNAVAILABLE');
    await expect(broker.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    const duringOutage = broker.subscribe(`${roomId} new`, inbox.listener);
    unsubscribed.unsubscribe();
    await redis.start();
    const restartedAt = performance.now();

    await interruptions.untilCount(1);
    expect(performance.now() - restartedAt).toBeLessThan(3_000);
    await duringOutage.ready;
    await untilPublished(broker, roomId, 'again');
    await broker.publish(`${roomId} new`, 'new');
    expect(await inbox.untilCount(2)).toEqual(['again', 'new']);
    expect(broker.subscribedRooms).toBe(2);
    expect(interruptions.received).toHaveLength(1);
    // One line for each of the two connections, regardless of the number of attempts.
    expect(warnings.mock.calls.map(([, text]) => text)).toEqual([
      'Redis connection lost; reconnecting',
      'Redis connection lost; reconnecting',
    ]);
    expect(notices.mock.calls.map(([, text]) => text)).toEqual(['Redis reconnected', 'Redis reconnected']);
  });

  test('detects a connection that is open but dead', async () => {
    await using redis = await startRedis();
    const ownLog = createLogger('silent');
    const warnings = vi.spyOn(ownLog, 'warn');
    await using pair = openRedisBrokers(redis.url, ownLog);
    const roomId = randomUUID();
    const { inbox } = await listen(pair.a, roomId);
    await pair.b.ping();
    const interruptions = new Inbox();
    pair.a.onInterrupted(() => interruptions.listener('interrupted'));

    redis.pause();
    const paused = performance.now();
    await expect(pair.b.publish(roomId, 'lost')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    expect(performance.now() - paused).toBeLessThan(2_500);
    // The subscriber connections detect it without sending: two connections for each of two instances.
    await expect.poll(() => warnings.mock.calls.length, { timeout: 10_000 }).toBe(4);
    redis.resume();

    await interruptions.untilCount(1);
    await untilPublished(pair.b, roomId, 'again');
    await expect.poll(() => inbox.received).toContain('again');
  });

  test('can be created before Redis is reachable', async () => {
    await using redis = await startRedis();
    await redis.stop();
    await using pair = openRedisBrokers(redis.url);
    await expect(pair.a.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    const [inbox, interruptions] = [new Inbox(), new Inbox()];
    const subscription = pair.a.subscribe('room', inbox.listener);
    pair.a.onInterrupted(() => interruptions.listener('interrupted'));
    await redis.start();
    await subscription.ready;
    await untilPublished(pair.b, 'room', 'x');
    expect(await inbox.untilCount(1)).toEqual(['x']);
    // The first connection is no interruption.
    expect(interruptions.received).toEqual([]);
  });
});
