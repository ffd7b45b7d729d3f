import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { channelOf } from '../../packages/server/src/broker/redis/redisChannels.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { slotOf } from '../../packages/server/src/redis/redisCluster.ts';
import { Inbox, listen, openClusterBrokers, roomsByNode, untilPublished } from '../resources/brokers.ts';
import { connectRedis } from '../resources/connectRedis.ts';
import { startRedisCluster } from '../services/redisCluster.ts';

describe('broker: redis cluster nodes', () => {
  test('uses one connection to each node and the usual channel names, and leaves no channel behind', async () => {
    await using nodes = await startRedisCluster();
    await using pair = openClusterBrokers(nodes.url);
    await using stack = new AsyncDisposableStack();
    const spies = nodes.nodes.map(({ url }) => stack.use(connectRedis(url)).client);
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
    await using nodes = await startRedisCluster();
    await using spy = connectRedis(nodes.nodes[0]?.url ?? '');
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
    await using pair = openClusterBrokers(nodes.url, log);
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
    await using pair = openClusterBrokers(nodes.url);
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
    await using pair = openClusterBrokers(nodes.url);
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
    await using pair = openClusterBrokers(nodes.url);
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
    await using pair = openClusterBrokers(nodes.url);
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
});
