import { randomUUID } from 'node:crypto';
import { roomIdSchema } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Broker, controlTopic } from '../../packages/server/src/broker/broker.ts';
import { createInProcessBroker } from '../../packages/server/src/broker/inProcessBroker.ts';
import { createRedisBroker } from '../../packages/server/src/broker/redis/redisBroker.ts';
import { createRedisClusterBroker } from '../../packages/server/src/broker/redis/redisClusterBroker.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { flush, Inbox, listen, openClusterBrokers, openRedisBrokers } from '../resources/brokers.ts';
import { type Pair, pairOf } from '../resources/pairs.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

/** The local broker's backend is its process, so both instances are the same object. */
const drivers: { driver: string; open: () => Pair<Broker> }[] = [
  {
    driver: 'local',
    open: () => {
      const broker = createInProcessBroker();
      return { a: broker, b: broker, [Symbol.asyncDispose]: () => broker.close() };
    },
  },
  { driver: 'redis', open: () => openRedisBrokers(inject('redisUrl')) },
  { driver: 'redis cluster', open: () => openClusterBrokers(cluster.url) },
];

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

describe.each(drivers)('broker: $driver', ({ open }) => {
  test('delivers to every instance, including the publisher’s, in the order of publishing', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const onA = await listen(pair.a, roomId);
    const onB = await listen(pair.b, roomId);
    const sent = Array.from({ length: 200 }, (_, n) => `message ${n}`);
    await Promise.all(sent.map((payload) => pair.a.publish(roomId, payload)));
    expect(await onA.inbox.untilCount(200)).toEqual(sent);
    expect(await onB.inbox.untilCount(200)).toEqual(sent);
  });

  test('delivers asynchronously, never during the call of publish', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const { inbox } = await listen(pair.a, roomId);
    const published = pair.a.publish(roomId, 'x');
    expect(inbox.received).toEqual([]);
    await published;
    await inbox.untilCount(1);
  });

  test('delivers any text unchanged', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const { inbox } = await listen(pair.b, roomId);
    const payloads = [
      '',
      'line\r\nline\u0000\u2028',
      'Grüße, 日本語, עברית, 👩‍👩‍👧‍👦',
      'a lone \ud83d surrogate',
      'x'.repeat(200_000),
    ];
    for (const payload of payloads) await pair.a.publish(roomId, payload);
    expect(await inbox.untilCount(payloads.length)).toEqual(payloads.map((payload) => payload.toWellFormed()));
  });

  test('separates rooms, whatever their ids are', async () => {
    await using pair = open();
    const base = randomUUID();
    const roomIds = [
      base,
      `${base}*`,
      `${base}?`,
      `[${base}]`,
      `{${base}}`,
      ` ${base}`,
      `${base} é`,
      `__proto__${base}`,
    ];
    const listening = await Promise.all(roomIds.map((roomId) => listen(pair.b, roomId)));
    for (const roomId of roomIds) await pair.a.publish(roomId, roomId);
    await flush(pair.a, pair.b);
    expect(listening.map(({ inbox }) => inbox.received)).toEqual(roomIds.map((roomId) => [roomId]));
  });

  test('subscriptions to one room are independent, even with the same listener', async () => {
    await using pair = open();
    const roomId = randomUUID();
    const inbox = new Inbox();
    const first = pair.b.subscribe(roomId, inbox.listener);
    const second = pair.b.subscribe(roomId, inbox.listener);
    await Promise.all([first.ready, second.ready]);
    expect(pair.b.subscribedRooms).toBe(1);
    first.unsubscribe();
    first.unsubscribe();
    await pair.a.publish(roomId, 'once');
    await flush(pair.a, pair.b);
    expect(inbox.received).toEqual(['once']);
    second.unsubscribe();
    await pair.a.publish(roomId, 'never');
    await flush(pair.a, pair.b);
    expect(inbox.received).toEqual(['once']);
    expect(pair.b.subscribedRooms).toBe(0);
  });

  test('a room that is unsubscribed and subscribed again at once is delivered', async () => {
    await using pair = open();
    const roomId = randomUUID();
    for (let round = 0; round < 50; round += 1) {
      const left = pair.b.subscribe(roomId, () => {});
      if (round % 2) await left.ready;
      left.unsubscribe();
      const { inbox, unsubscribe } = await listen(pair.b, roomId);
      await pair.a.publish(roomId, `round ${round}`);
      expect(await inbox.untilCount(1)).toEqual([`round ${round}`]);
      unsubscribe();
    }
    expect(pair.b.subscribedRooms).toBe(0);
  });

  test('has a control topic of all instances, which does not count as a room', async () => {
    await using pair = open();
    const inbox = new Inbox();
    const subscription = pair.b.subscribe(controlTopic, inbox.listener);
    await subscription.ready;
    expect(pair.b.subscribedRooms).toBe(0);
    const { unsubscribe } = await listen(pair.b, randomUUID());
    expect(pair.b.subscribedRooms).toBe(1);
    await pair.a.publish(controlTopic, 'hint');
    expect(await inbox.untilCount(1)).toEqual(['hint']);
    subscription.unsubscribe();
    expect(pair.b.subscribedRooms).toBe(1);
    unsubscribe();
    expect(pair.b.subscribedRooms).toBe(0);
    expect(roomIdSchema.safeParse(controlTopic).success).toBe(false);
  });

  test('answers pings until it is closed, then rejects', async () => {
    await using pair = open();
    await pair.a.ping();
    await pair.a.close();
    await expect(pair.a.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.publish('room', 'x')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  });
});

test.each(['redis', 'redis cluster'] as const)(
  "%s: deployments with different namespaces do not get each other's messages for one room id",
  async (driver) => {
    const log = createLogger('silent');
    const open = (namespace: string) =>
      driver === 'redis'
        ? createRedisBroker({ url: inject('redisUrl'), log, namespace })
        : createRedisClusterBroker({ urls: cluster.url.split(','), log, namespace });
    await using pair = pairOf(open('production:'), open('staging:'));
    const roomId = randomUUID();
    const production = new Inbox();
    const staging = new Inbox();
    await pair.a.subscribe(roomId, production.listener).ready;
    await pair.b.subscribe(roomId, staging.listener).ready;
    await pair.b.publish(roomId, 'from staging');
    await staging.untilCount(1);
    await pair.a.publish(roomId, 'from production');
    expect(await production.untilCount(1)).toEqual(['from production']);
    expect(staging.received).toEqual(['from staging']);
  },
);
