import type { Cluster } from 'ioredis';
import type { Logger } from '../../observe/logger.ts';
import { connectRedisCluster, requireServing, slotOf, urlOfNode } from '../../redis/cluster.ts';
import { connectRedis, unavailable } from '../../redis/connection.ts';
import type { Broker, BrokerSubscription } from '../broker.ts';
import { type Channel, channelOf, RedisChannels } from './channels.ts';
import { RedisSubscriber } from './subscriber.ts';

/** Milliseconds between attempts to subscribe to channels without a confirmed node. */
const resubscribeIntervalMs = 1_000;
/** Milliseconds before an attempt when a slot has moved, which gives the cluster time to agree on it. */
const resubscribeSoonMs = 250;

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
  readonly #subscriberOf = new Map<Channel, RedisSubscriber>();
  readonly #namespace: string;
  readonly #channels: RedisChannels;
  readonly #resubscribeTimer: NodeJS.Timeout;
  #soonTimer: NodeJS.Timeout | undefined;

  constructor({ urls, log, namespace = '' }: RedisClusterBrokerOptions) {
    this.#namespace = namespace;
    this.#channels = new RedisChannels(
      {
        onOpened: (channel) => this.#assign([channel]),
        onClosed: (channel) => this.#unassign(channel),
      },
      namespace,
    );
    this.#log = log;
    this.#urls = urls;
    this.#cluster = connectRedisCluster({ urls, log, name: 'publisher' });
    this.#cluster.on('refresh', () => this.#onSlotsChanged());
    this.#resubscribeTimer = setInterval(() => this.#resubscribeMissing(), resubscribeIntervalMs).unref();
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
    clearInterval(this.#resubscribeTimer);
    clearTimeout(this.#soonTimer);
    this.#channels.clear();
    this.#subscriberOf.clear();
    this.#cluster.disconnect();
    for (const subscriber of this.#subscribers.values()) subscriber.close();
    this.#subscribers.clear();
  }

  #unassign(channel: Channel): void {
    this.#subscriberOf.get(channel)?.remove(channel);
    this.#subscriberOf.delete(channel);
  }

  /** Assigns channels to the nodes that serve their slots. Channels of an unknown slot wait for the next slot refresh. */
  #assign(channels: Iterable<Channel>): void {
    const moves = new Map<RedisSubscriber, Channel[]>();
    for (const channel of channels) {
      const address = this.#cluster.slots[slotOf(channel.name)]?.[0];
      if (address === undefined) continue;
      const subscriber = this.#subscribers.get(address) ?? this.#listenTo(address);
      const before = this.#subscriberOf.get(channel);
      if (before === subscriber) continue;
      before?.remove(channel);
      this.#subscriberOf.set(channel, subscriber);
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
      onMessage: this.#channels.onMessage,
      onSubscribed: this.#channels.onSubscribed,
      onMoved: () => {
        this.#soonTimer ??= setTimeout(() => this.#resubscribeMissing(), resubscribeSoonMs).unref();
      },
    });
    this.#subscribers.set(address, subscriber);
    return subscriber;
  }

  #onSlotsChanged(): void {
    this.#assign(this.#channels.all());
    const owners = new Set(this.#cluster.slots.map(([address]) => address));
    for (const [address, subscriber] of this.#subscribers) {
      if (owners.has(address) || subscriber.size > 0) continue;
      subscriber.close();
      this.#subscribers.delete(address);
    }
  }

  /** Resubscribes channels that no node delivers: their node is unreachable, was asked at the wrong moment, or has changed. */
  #resubscribeMissing(): void {
    clearTimeout(this.#soonTimer);
    this.#soonTimer = undefined;
    if ([...this.#channels.all()].every(({ isSubscribed }) => isSubscribed)) return;
    this.#cluster.refreshSlotsCache(() => {
      for (const subscriber of this.#subscribers.values()) subscriber.resubscribe();
    });
  }
}
