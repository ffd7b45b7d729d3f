import type { Redis } from 'ioredis';
import type { Logger } from '../../observe/logger.ts';
import { brokerUnavailable, connectRedis } from '../../redis/redisConnection.ts';
import type { Broker } from '../broker.ts';
import { RedisChannels } from './redisChannels.ts';
import { RedisSubscriber } from './redisSubscriber.ts';

interface RedisBrokerOptions {
  url: string;
  log: Logger;
  /** Prefix of channel names. */
  namespace?: string;
}

/** A broker over Redis Pub/Sub: one connection subscribes to all rooms, one publishes. */
export function createRedisBroker({ url, log, namespace = '' }: RedisBrokerOptions): Broker {
  const channels = new RedisChannels(namespace, {
    onOpened: (channel) => subscriber.add([channel]),
    onClosed: (channel) => subscriber.remove(channel),
  });
  const publisher = connectRedis({ url, log, name: 'publisher', hasCommandTimeout: true });
  publisher.on('ready', () => void logClusterNode(publisher, log));
  const subscriber = new RedisSubscriber({
    // No command timeout here: a slow SUBSCRIBE still takes effect.
    redis: connectRedis({ url, log, name: 'subscriber' }),
    kind: 'plain',
    log,
    onMessage: channels.onMessage,
    onSubscribed: channels.onSubscribed,
  });
  return createPubSubBroker(channels, {
    kind: 'redis',
    publish: (channel, payload) => publisher.publish(channel, payload),
    ping: () => Promise.all([publisher.ping(), subscriber.ping()]),
    close() {
      publisher.disconnect();
      subscriber.close();
    },
  });
}

/** Through one node of a cluster, messages are delivered but presence fails: its keys may be on another node. */
async function logClusterNode(redis: Redis, log: Logger): Promise<void> {
  const info = await redis.info('cluster').catch(() => '');
  if (!info.includes('cluster_enabled:1')) return;
  log.error('REDIS_URL names a node of a Redis Cluster: set REDIS_CLUSTER=true');
}

/** The commands that differ between one Redis and a cluster. */
interface PubSubCommands {
  kind: Broker['kind'];
  publish(channel: string, payload: string): Promise<unknown>;
  /** Resolves when publishing and subscribing are possible. */
  ping(): Promise<unknown>;
  close(): void;
}

/** Creates a broker over Redis: publishes with the given commands, and subscribes with the channels. */
export function createPubSubBroker(channels: RedisChannels, { kind, publish, ping, close }: PubSubCommands): Broker {
  const withBrokerError = async (send: () => Promise<unknown>) => {
    try {
      await send();
    } catch (error) {
      throw brokerUnavailable(error);
    }
  };
  return {
    kind,
    publish: (roomId, payload) => withBrokerError(() => publish(channels.nameOf(roomId), payload)),
    subscribe: (roomId, listener) => channels.subscribe(roomId, listener),
    onInterrupted: (listener) => channels.onInterrupted(listener),
    get subscribedRooms() {
      return channels.size;
    },
    ping: () => withBrokerError(ping),
    async close() {
      channels.clear();
      close();
    },
  };
}
