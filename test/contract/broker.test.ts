import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Broker } from '../../packages/server/src/broker/broker.ts';
import { createInProcessBroker } from '../../packages/server/src/broker/inProcessBroker.ts';
import { createRedisBroker } from '../../packages/server/src/broker/redis/redisBroker.ts';
import { channelOf } from '../../packages/server/src/broker/redis/redisChannels.ts';
import { createRedisClusterBroker } from '../../packages/server/src/broker/redis/redisClusterBroker.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { createRedisClusterPresence } from '../../packages/server/src/presence/redis/redisClusterPresence.ts';
import { slotOf } from '../../packages/server/src/redis/redisCluster.ts';
import { startRedis } from '../services/redis.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

/** Two instances on one backend. The local broker's backend is its process, so both are the same object. */
interface Pair extends AsyncDisposable {
  a: Broker;
  b: Broker;
}

const drivers: { driver: string; open: () => Pair }[] = [
  {
    driver: 'local',
    open: () => {
      const broker = createInProcessBroker();
      return { a: broker, b: broker, [Symbol.asyncDispose]: () => broker.close() };
    },
  },
  { driver: 'redis', open: () => openRedis(inject('redisUrl')) },
  { driver: 'redis cluster', open: () => openCluster(cluster.url) },
];

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

function openRedis(url: string, log = createLogger('silent')): Pair {
  return pairOf(createRedisBroker({ url, log }), createRedisBroker({ url, log }));
}

function openCluster(url: string, log = createLogger('silent')): Pair {
  const urls = url.split(',');
  // One instance knows a single node and discovers the others through it.
  return pairOf(createRedisClusterBroker({ urls, log }), createRedisClusterBroker({ urls: urls.slice(0, 1), log }));
}

function pairOf(a: Broker, b: Broker): Pair {
  return {
    a,
    b,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}

/** Collects the payloads of a listener, and lets a test wait for them. */
class Inbox {
  readonly received: string[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  readonly listener = (payload: string) => {
    this.received.push(payload);
    for (const { count, resolve } of this.#waiting) if (this.received.length >= count) resolve();
  };

  async untilCount(count: number): Promise<string[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ count, resolve });
    if (this.received.length >= count) resolve();
    await promise;
    return this.received;
  }
}

async function listen(broker: Broker, roomId: string) {
  const inbox = new Inbox();
  const subscription = broker.subscribe(roomId, inbox.listener);
  await subscription.ready;
  return { inbox, unsubscribe: () => subscription.unsubscribe() };
}

/** Resolves once `broker` has received everything that was published before. */
async function flush(from: Broker, broker: Broker): Promise<void> {
  const roomId = randomUUID();
  const { inbox, unsubscribe } = await listen(broker, roomId);
  await from.publish(roomId, 'flush');
  await inbox.untilCount(1);
  unsubscribe();
}

/** Publishes once the broker accepts messages again. A replica takes over after about 6 s, twice that on a busy machine. */
async function untilPublished(broker: Broker, roomId: string, payload: string): Promise<void> {
  await vi.waitFor(() => broker.publish(roomId, payload), { timeout: 20_000 });
}

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

  test('answers pings until it is closed, then rejects', async () => {
    await using pair = open();
    await pair.a.ping();
    await pair.a.close();
    await expect(pair.a.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.publish('room', 'x')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  });
});

describe('broker: redis connection', () => {
  test('uses one connection for all rooms, and leaves no channel behind', async () => {
    await using redis = await startRedis();
    await using pair = openRedis(redis.url);
    using spy = connect(redis.url);
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
    await using pair = openRedis(redis.url, ownLog);
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
    await using pair = openRedis(redis.url);
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

describe('broker: redis cluster nodes', () => {
  /** One room for each node, in the order of the nodes. */
  const roomsByNode = () =>
    [0, 1, 2].map((node) => {
      for (;;) {
        const roomId = randomUUID();
        if (Math.floor((slotOf(channelOf(roomId)) * 3) / 16_384) === node) return roomId;
      }
    });

  test('uses one connection to each node and the usual channel names, and leaves no channel behind', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openCluster(nodes.url);
    await using stack = new AsyncDisposableStack();
    const spies = nodes.nodes.map(({ url }) => stack.use(connect(url)).client);
    const onAll = async (...command: [string, ...string[]]) =>
      Promise.all(spies.map((spy) => spy.call(...command))) as Promise<(string | string[])[]>;
    const roomIds = Array.from({ length: 300 }, () => randomUUID());
    const listening = await Promise.all(roomIds.map((roomId) => listen(pair.a, roomId)));
    const lines = (await onAll('CLIENT', 'LIST', 'TYPE', 'pubsub')).map(
      (text) => String(text).trim().split('\n').length,
    );
    expect(lines).toEqual([1, 1, 1]);
    const channels = (await onAll('PUBSUB', 'SHARDCHANNELS')).flat();
    expect(channels.sort()).toEqual(roomIds.map((roomId) => `room:${roomId}`).sort());
    for (const { unsubscribe } of listening) unsubscribe();
    expect(pair.a.subscribedRooms).toBe(0);
    await expect.poll(() => onAll('PUBSUB', 'SHARDCHANNELS')).toEqual([[], [], []]);
  });

  test('computes slots as Redis does', async () => {
    await using spy = connect(cluster.nodes[0]?.url ?? '');
    const keys = [
      'room:a',
      '{x}y',
      'a{}b',
      'a{',
      '}{b}',
      '{{a}}',
      'é{日本}',
      '',
      ...Array.from({ length: 50 }, randomUUID),
    ];
    const slots = await Promise.all(keys.map((key) => spy.client.cluster('KEYSLOT', key)));
    expect(keys.map(slotOf)).toEqual(slots);
  });

  test('a node fails and returns: its rooms are interrupted and work again, the others are unaffected', async () => {
    await using nodes = await startRedisCluster();
    const log = createLogger('silent');
    const warnings = vi.spyOn(log, 'warn');
    const notices = vi.spyOn(log, 'info');
    await using pair = openCluster(nodes.url, log);
    const [first = '', second = '', third = ''] = roomsByNode();
    const [onFirst, onSecond, onThird] = await Promise.all([first, second, third].map((id) => listen(pair.a, id)));
    for (const roomId of [first, second, third]) await pair.b.publish(roomId, 'before');
    const interruptions = new Inbox();
    pair.a.onInterrupted(() => interruptions.listener('interrupted'));

    await nodes.nodes[1]?.kill();
    for (let n = 0; n < 10; n += 1) {
      const startedAt = performance.now();
      await expect(pair.b.publish(second, 'lost')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
      expect(performance.now() - startedAt).toBeLessThan(2_500);
      await Promise.all([pair.b.publish(first, `${n}`), pair.b.publish(third, `${n}`)]);
    }
    await Promise.all([pair.a.ping(), pair.b.ping()]); // the other nodes still serve
    const duringOutage = pair.a.subscribe(second, () => {});
    const numbers = ['before', ...Array.from({ length: 10 }, (_, n) => `${n}`)];
    expect(await onFirst?.inbox.untilCount(11)).toEqual(numbers);
    expect(await onThird?.inbox.untilCount(11)).toEqual(numbers);
    expect(interruptions.received).toEqual([]);
    await nodes.nodes[1]?.start();

    await interruptions.untilCount(1);
    await duringOutage.ready;
    await untilPublished(pair.b, second, 'again');
    expect(await onSecond?.inbox.untilCount(2)).toEqual(['before', 'again']);
    expect(interruptions.received).toHaveLength(1);
    // One line for each outage, although several connections to the node are lost.
    const outageLines = (calls: unknown[][]) =>
      calls
        .map(([, text]) => text)
        .filter((text) => text === 'Redis connection lost; reconnecting' || text === 'Redis reconnected');
    expect(outageLines(warnings.mock.calls)).toEqual(['Redis connection lost; reconnecting']);
    expect(outageLines(notices.mock.calls)).toEqual(['Redis reconnected']);
  });

  test('a node that hangs: its calls fail in time, the others answer, and its connection is replaced', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openCluster(nodes.url);
    const [first = '', second = ''] = roomsByNode();
    const [onFirst, onSecond] = await Promise.all([first, second].map((roomId) => listen(pair.a, roomId)));
    for (const roomId of [first, second]) await pair.b.publish(roomId, 'before');
    await onSecond?.inbox.untilCount(1);
    const interruptions = new Inbox();
    pair.a.onInterrupted(() => interruptions.listener('interrupted'));

    nodes.nodes[1]?.pause();
    const paused = performance.now();
    const lost = pair.b.publish(second, 'lost').catch((error) => error.code);
    await Promise.all([pair.b.publish(first, 'meanwhile'), pair.b.ping()]);
    expect(performance.now() - paused).toBeLessThan(1_000);
    expect(await onFirst?.inbox.untilCount(2)).toEqual(['before', 'meanwhile']);
    expect(await lost).toBe('BROKER_UNAVAILABLE');
    expect(performance.now() - paused).toBeLessThan(2_500);
    await expect.poll(() => performance.now() - paused, { timeout: 10_000 }).toBeGreaterThan(4_000); // the time of two pings
    expect(interruptions.received).toEqual([]);
    nodes.nodes[1]?.resume();

    await interruptions.untilCount(1);
    await untilPublished(pair.b, second, 'again');
    await expect.poll(() => onSecond?.inbox.received).toContain('again');
  });

  test('rooms follow their slots to another node', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openCluster(nodes.url);
    const [first = '', second = ''] = roomsByNode();
    const [onFirst, onSecond] = await Promise.all([first, second].map((id) => listen(pair.a, id)));
    await pair.b.publish(first, 'before');
    const interruptions = new Inbox();
    pair.a.onInterrupted(() => interruptions.listener('interrupted'));
    const slot = slotOf(channelOf(first));
    const [, , target] = nodes.nodes;
    if (target) await nodes.moveSlots([slot, slot], target);
    const moved = performance.now();
    await interruptions.untilCount(1);
    expect(performance.now() - moved).toBeLessThan(3_000); // the node announces it, no timer is needed
    await pair.b.publish(first, 'after');
    await pair.b.publish(second, 'stayed');
    expect(await onFirst?.inbox.untilCount(2)).toEqual(['before', 'after']);
    expect(await onSecond?.inbox.untilCount(1)).toEqual(['stayed']);
  });

  test('a replica that replaces a lost node serves its rooms', async () => {
    await using nodes = await startRedisCluster({ replica: true });
    await using pair = openCluster(nodes.url);
    const [first = ''] = roomsByNode();
    const { inbox } = await listen(pair.a, first);
    // This ensures that the publisher knows the whole cluster, not only the node that is about to be killed.
    await pair.b.publish(first, 'before');
    expect(await inbox.untilCount(1)).toEqual(['before']);
    const interruptions = new Inbox();
    pair.a.onInterrupted(() => interruptions.listener('interrupted'));
    await nodes.nodes[0]?.kill();
    await interruptions.untilCount(1);
    await untilPublished(pair.b, first, 'again');
    expect(await inbox.untilCount(2)).toEqual(['before', 'again']);
  });

  test('all nodes fail and return', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openCluster(nodes.url);
    const roomIds = roomsByNode();
    const listening = await Promise.all(roomIds.map((roomId) => listen(pair.a, roomId)));
    await Promise.all(nodes.nodes.map((node) => node.kill()));
    await expect
      .poll(() => pair.b.publish(roomIds[0] ?? '', 'lost').catch((error) => error.code), { timeout: 5_000 })
      .toBe('BROKER_UNAVAILABLE');
    await expect(pair.b.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await Promise.all(nodes.nodes.map((node) => node.start()));
    for (const [n, roomId] of roomIds.entries()) {
      await untilPublished(pair.b, roomId, 'again');
      await expect
        .poll(
          async () => {
            await pair.b.publish(roomId, 'again');
            return listening[n]?.inbox.received;
          },
          { timeout: 5_000 },
        )
        .toContain('again');
    }
    await pair.b.ping();
  });

  test('the first URL’s user is used for every node, and a minimal set of rights suffices', async () => {
    await using nodes = await startRedisCluster();
    const rights = '~earshot:* &room:* +@read +@write +@pubsub +@scripting +@connection +cluster +info +time';
    for (const { url } of nodes.nodes) {
      using admin = connect(url);
      await admin.client.call('ACL', 'SETUSER', 'earshot', 'on', '>p@ss word', ...rights.split(' '));
      await admin.client.call('ACL', 'SETUSER', 'default', 'off');
    }
    const url = nodes.url.replace('redis://', 'redis://earshot:p%40ss%20word@');
    const urls = url.split(',');
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    await using pair = pairOf(createRedisClusterBroker({ urls, log }), createRedisClusterBroker({ urls, log }));
    const listening = await Promise.all(
      roomsByNode().map(async (roomId) => ({ roomId, ...(await listen(pair.a, roomId)) })),
    );
    for (const { roomId, inbox } of listening) {
      await pair.b.publish(roomId, 'x');
      expect(await inbox.untilCount(1)).toEqual(['x']);
    }
    await pair.b.ping();
    const presence = createRedisClusterPresence({ urls, log, name: 'earshot:' });
    const user = { userId: 'ada', username: 'Ada' };
    for (let n = 0; n < 40; n += 1) await presence.enter({ roomId: `${n}`, connectionId: '1', user }, 10);
    expect(await presence.counts(['0', '39'])).toEqual([1, 1]);
    expect(await presence.list('7', 10)).toEqual([user]);
    await presence.close();
    expect(errors).not.toHaveBeenCalled();
  });

  test('a server that is not a cluster: logs which setting to change', async () => {
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    await using pair = openCluster(inject('redisUrl'), log);
    await expect(pair.a.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(pair.a.publish('room', 'x')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect
      .poll(() => errors.mock.calls.map(([, text]) => text))
      .toEqual(Array.from({ length: 2 }, () => expect.stringContaining('leave REDIS_CLUSTER out')));
  });

  test('a user that the cluster does not know: logs the refusal once', async () => {
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    const broker = createRedisClusterBroker({
      urls: [cluster.url.replace(/,.*/, '').replace('//', '//nobody:secret@')],
      log,
    });
    await using _pair = pairOf(broker, broker);
    await expect(broker.ping()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect
      .poll(() => errors.mock.calls.map(([, text]) => text))
      .toEqual([expect.stringMatching(/^The Redis Cluster refuses: (WRONGPASS|NOAUTH)/)]);
  });

  test('a server that is too old: logs the required version once', async () => {
    await using old = await startRedisCluster({ settings: ['--rename-command', 'SSUBSCRIBE', ''] });
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    await using pair = openCluster(old.url, log);
    const [first = '', again = ''] = [roomsByNode()[0], roomsByNode()[0]];
    pair.a.subscribe(first, () => {});
    await expect
      .poll(() => errors.mock.calls.map(([, text]) => text), { timeout: 5_000 })
      .toEqual([expect.stringMatching(/needs Redis 7 or Valkey/)]);
    pair.a.subscribe(again, () => {});
    await pair.a.ping();
    expect(errors).toHaveBeenCalledTimes(1);
  });

  test('a cluster that is configured as one server: logs which setting to change', async () => {
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    await using _pair = openRedis(cluster.nodes[0]?.url ?? '', log);
    await expect
      .poll(() => errors.mock.calls.map(([text]) => text))
      .toEqual(Array.from({ length: 2 }, () => expect.stringContaining('set REDIS_CLUSTER=true')));
  });
});

function connect(url: string) {
  const client = new Redis(url);
  return { client, [Symbol.dispose]: () => client.disconnect() };
}

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
