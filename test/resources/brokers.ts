import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { Broker } from '../../packages/server/src/broker/broker.ts';
import { createRedisBroker } from '../../packages/server/src/broker/redis/redisBroker.ts';
import { channelOf } from '../../packages/server/src/broker/redis/redisChannels.ts';
import { createRedisClusterBroker } from '../../packages/server/src/broker/redis/redisClusterBroker.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import { slotOf } from '../../packages/server/src/redis/redisCluster.ts';
import { type Pair, pairOf } from './pairs.ts';

/** Two instances on one Redis. */
export function openRedisBrokers(url: string, log = createLogger('silent')): Pair<Broker> {
  return pairOf(createRedisBroker({ url, log }), createRedisBroker({ url, log }));
}

/** Two instances on one Redis Cluster. */
export function openClusterBrokers(url: string, log = createLogger('silent')): Pair<Broker> {
  const urls = url.split(',');
  // One instance knows a single node and discovers the others through it.
  return pairOf(createRedisClusterBroker({ urls, log }), createRedisClusterBroker({ urls: urls.slice(0, 1), log }));
}

/** Collects the payloads of a listener, and lets a test wait for them. */
export class Inbox {
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

/** Subscribes, and resolves once the subscription is active. */
export async function listen(broker: Broker, roomId: string) {
  const inbox = new Inbox();
  const subscription = broker.subscribe(roomId, inbox.listener);
  await subscription.ready;
  return { inbox, unsubscribe: () => subscription.unsubscribe() };
}

/** Resolves once `broker` has received everything that was published before. */
export async function flush(from: Broker, broker: Broker): Promise<void> {
  const roomId = randomUUID();
  const { inbox, unsubscribe } = await listen(broker, roomId);
  await from.publish(roomId, 'flush');
  await inbox.untilCount(1);
  unsubscribe();
}

/** Publishes once the broker accepts messages again. A replica takes over after about 6 s, twice that on a busy machine. */
export async function untilPublished(broker: Broker, roomId: string, payload: string): Promise<void> {
  await vi.waitFor(() => broker.publish(roomId, payload), { timeout: 20_000 });
}

/** One room for each node, in the order of the nodes. */
export const roomsByNode = () =>
  [0, 1, 2].map((node) => {
    for (;;) {
      const roomId = randomUUID();
      if (Math.floor((slotOf(channelOf(roomId)) * 3) / 16_384) === node) return roomId;
    }
  });
