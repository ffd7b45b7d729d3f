import type { Cluster } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { connectRedisCluster, requireServing, slotOf, urlOfNode } from '../redisCluster.ts';
import { connectRedis, unavailable } from '../redisConnection.ts';
import type { Broker, BrokerSubscription } from './broker.ts';
import { type Channel, channelOf, RedisChannels } from './redisChannels.ts';
import { RedisSubscriber } from './redisSubscriber.ts';

/** Milliseconds between attempts to subscribe to channels without a confirmed node. */
const settleInterval = 1_000;
/** Milliseconds before an attempt when a slot has moved, which gives the cluster time to agree on it. */
const settleSoon = 250;

interface RedisClusterBrokerOptions {
  /** Some of the cluster's nodes. */
  urls: readonly string[];
  log: Logger;
  /** Prefix of channel names. */
  namespace?: string;
}

/**
 * A broker over the sharded Pub/Sub of a Redis Cluster: a room's messages pass only through the node of its channel's slot. Each node has
 * one subscriber connection. When slots move, their channels move to the connection of the new node, which counts as an interruption. The
 * loss of a node affects only the rooms of its slots.
 *
 * ioredis supports sharded subscriptions, but does not report which channels work and when.
 */
export function createRedisClusterBroker(options: RedisClusterBrokerOptions): Broker {
  return new RedisClusterBroker(options);
}

class RedisClusterBroker implements Broker {
  readonly kind = 'redis-cluster';
  readonly #log: Logger;
  readonly #urls: readonly string[];
  readonly #cluster: Cluster;
  /** By the address of the node. */
  readonly #subscribers = new Map<string, RedisSubscriber>();
  readonly #places = new Map<Channel, RedisSubscriber>();
  readonly #namespace: string;
  readonly #channels: RedisChannels;
  readonly #settling: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;

  constructor({ urls, log, namespace = '' }: RedisClusterBrokerOptions) {
    this.#namespace = namespace;
    this.#channels = new RedisChannels(
      {
        opened: (channel) => this.#place([channel]),
        left: (channel) => this.#leave(channel),
      },
      namespace,
    );
    this.#log = log;
    this.#urls = urls;
    this.#cluster = connectRedisCluster({ urls, log, name: 'publisher' });
    this.#cluster.on('refresh', () => this.#followSlots());
    this.#settling = setInterval(() => this.#settle(), settleInterval).unref();
  }

  get subscribedRooms(): number {
    return this.#channels.size;
  }

  async publish(roomId: string, payload: string): Promise<void> {
    try {
      await this.#cluster.spublish(channelOf(roomId, this.#namespace), payload);
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
      await requireServing(this.#cluster);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#settling);
    clearTimeout(this.#soon);
    this.#channels.clear();
    this.#places.clear();
    this.#cluster.disconnect();
    for (const subscriber of this.#subscribers.values()) subscriber.close();
    this.#subscribers.clear();
  }

  #leave(channel: Channel): void {
    this.#places.get(channel)?.remove(channel);
    this.#places.delete(channel);
  }

  /** Assigns channels to the nodes that serve their slots. Channels of an unknown slot wait for the next slot refresh. */
  #place(channels: Iterable<Channel>): void {
    const moves = new Map<RedisSubscriber, Channel[]>();
    for (const channel of channels) {
      const address = this.#cluster.slots[slotOf(channel.name)]?.[0];
      if (address === undefined) continue;
      const subscriber = this.#subscribers.get(address) ?? this.#listenTo(address);
      const before = this.#places.get(channel);
      if (before === subscriber) continue;
      before?.remove(channel);
      this.#places.set(channel, subscriber);
      const moved = moves.get(subscriber) ?? [];
      moved.push(channel);
      moves.set(subscriber, moved);
    }
    for (const [subscriber, moved] of moves) subscriber.add(moved);
  }

  #listenTo(address: string): RedisSubscriber {
    const subscriber = new RedisSubscriber({
      redis: connectRedis({
        url: urlOfNode(address, this.#urls[0] ?? ''),
        log: this.#log,
        name: `subscriber ${address}`,
      }),
      kind: 'sharded',
      log: this.#log,
      heard: this.#channels.heard,
      confirmed: this.#channels.confirmed,
      onMoved: () => {
        this.#soon ??= setTimeout(() => this.#settle(), settleSoon).unref();
      },
    });
    this.#subscribers.set(address, subscriber);
    return subscriber;
  }

  #followSlots(): void {
    this.#place(this.#channels.all());
    const owners = new Set(this.#cluster.slots.map(([address]) => address));
    for (const [address, subscriber] of this.#subscribers) {
      if (owners.has(address) || subscriber.size > 0) continue;
      subscriber.close();
      this.#subscribers.delete(address);
    }
  }

  /** Resubscribes channels that no node delivers: their node is unreachable, was asked at the wrong moment, or has changed. */
  #settle(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    if ([...this.#channels.all()].every(({ held }) => held)) return;
    this.#cluster.refreshSlotsCache(() => {
      for (const subscriber of this.#subscribers.values()) subscriber.tellAgain();
    });
  }
}
