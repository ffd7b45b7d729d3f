import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createRedisClusterBroker } from '../../packages/server/src/broker/redis/redisClusterBroker.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { createRedisClusterPresence } from '../../packages/server/src/presence/redis/redisClusterPresence.ts';
import { listen, openClusterBrokers, openRedisBrokers, roomsByNode } from '../resources/brokers.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { pairOf } from '../resources/pairs.ts';
import { type RedisCluster, startRedisCluster } from '../services/redisCluster.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

describe('broker: redis cluster settings', () => {
  test('the first URL’s user is used for every node, and a minimal set of rights suffices', async () => {
    await using nodes = await startRedisCluster();
    const rights = '~earshot:* &room:* +@read +@write +@pubsub +@scripting +@connection +cluster +info +time';
    for (const { url } of nodes.nodes) {
      using admin = connectRedis(url);
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
    for (let n = 0; n < 40; n += 1) await presence.enter({ roomId: `${n}`, watchId: '1', user }, 10);
    expect(await presence.counts(['0', '39'])).toEqual([1, 1]);
    expect(await presence.list('7', 10)).toEqual([user]);
    await presence.close();
    expect(errors).not.toHaveBeenCalled();
  });

  test('a server that is not a cluster: logs which setting to change', async () => {
    const log = createLogger('silent');
    const errors = vi.spyOn(log, 'error');
    await using pair = openClusterBrokers(inject('redisUrl'), log);
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
    await using pair = openClusterBrokers(old.url, log);
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
    await using _pair = openRedisBrokers(cluster.nodes[0]?.url ?? '', log);
    await expect
      .poll(() => errors.mock.calls.map(([text]) => text))
      .toEqual(Array.from({ length: 2 }, () => expect.stringContaining('set REDIS_CLUSTER=true')));
  });
});
