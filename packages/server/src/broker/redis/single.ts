import type { Redis } from 'ioredis';
import type { Logger } from '../../observe/logger.ts';
import { answerTimeout, connectRedis, unavailable } from '../../redis/connection.ts';
import type { Broker, BrokerSubscription } from '../broker.ts';
import { channelOf, RedisChannels } from './channels.ts';
import { RedisSubscriber } from './subscriber.ts';

interface RedisBrokerOptions {
  url: string;
  log: Logger;
  /** Prefix of channel names. */
  namespace?: string;
}

/** A broker over Redis Pub/Sub: one connection subscribes to all rooms, one publishes. */
export function createRedisBroker(options: RedisBrokerOptions): Broker {
  return new RedisBroker(options);
}

class RedisBroker implements Broker {
  readonly kind = 'redis';
  readonly #publisher: Redis;
  readonly #subscriber: RedisSubscriber;
  readonly #namespace: string;
  readonly #channels: RedisChannels;

  constructor({ url, log, namespace = '' }: RedisBrokerOptions) {
    this.#namespace = namespace;
    this.#channels = new RedisChannels(
      {
        onOpened: (channel) => this.#subscriber.add([channel]),
        onClosed: (channel) => this.#subscriber.remove(channel),
      },
      namespace,
    );
    this.#publisher = connectRedis({ url, log, name: 'publisher', commandTimeout: answerTimeout });
    this.#publisher.on('ready', () => void warnOfCluster(this.#publisher, log));
    this.#subscriber = new RedisSubscriber({
      // No command timeout here: a slow SUBSCRIBE still takes effect.
      redis: connectRedis({ url, log, name: 'subscriber' }),
      kind: 'plain',
      log,
      onMessage: this.#channels.onMessage,
      onSubscribed: this.#channels.onSubscribed,
    });
  }

  get subscribedRooms(): number {
    return this.#channels.size;
  }

  async publish(roomId: string, payload: string): Promise<void> {
    try {
      await this.#publisher.publish(channelOf(roomId, this.#namespace), payload);
    } catch (error) {
      throw unavailable(error);
    }
  }

  subscribe(roomId: string, listener: (payload: string) => void): BrokerSubscription {
    return this.#channels.subscribe(roomId, listener);
  }

  onInterrupted(listener: () => void): () => void {
    return this.#channels.onInterrupted(listener);
  }

  async ping(): Promise<void> {
    try {
      await Promise.all([this.#publisher.ping(), this.#subscriber.ping()]);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    this.#channels.clear();
    this.#publisher.disconnect();
    this.#subscriber.close();
  }
}

/** Through one node of a cluster, messages are delivered but presence fails: its keys may be on another node. */
async function warnOfCluster(redis: Redis, log: Logger): Promise<void> {
  const info = await redis.info('cluster').catch(() => '');
  if (!info.includes('cluster_enabled:1')) return;
  log.error('REDIS_URL names a node of a Redis Cluster: set REDIS_CLUSTER=true');
}
