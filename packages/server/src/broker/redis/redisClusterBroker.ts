import type { Cluster } from 'ioredis';
import type { Logger } from '../../observe/logger.ts';
import { connectRedisCluster, requireServing, slotOf, urlOfNode } from '../../redis/redisCluster.ts';
import { connectRedis } from '../../redis/redisConnection.ts';
import type { Broker } from '../broker.ts';
import { createPubSubBroker } from './redisBroker.ts';
import { type Channel, RedisChannels } from './redisChannels.ts';
import { RedisSubscriber } from './redisSubscriber.ts';

/** Milliseconds between attempts to subscribe to channels without a confirmed node. */
const resubscribeIntervalMs = 1_000;
/** Milliseconds before an attempt when a slot has moved, which gives the cluster time to agree on it. */
const resubscribeSoonMs = 250;

interface RedisClusterBrokerOptions {
  /** At least one node; the others are discovered. */
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
export function createRedisClusterBroker({ urls, log, namespace = '' }: RedisClusterBrokerOptions): Broker {
  const cluster = connectRedisCluster({ urls, log, name: 'publisher' });
  const channels = new RedisChannels(namespace, {
    onOpened: (channel) => subscribers.assign([channel]),
    onClosed: (channel) => subscribers.unassign(channel),
  });
  const subscribers = new NodeSubscribers({ cluster, channels, log, url: urls[0] ?? '' });
  return createPubSubBroker(channels, {
    kind: 'redis-cluster',
    publish: (channel, payload) => cluster.spublish(channel, payload),
    ping: () => requireServing(cluster),
    close() {
      cluster.disconnect();
      subscribers.close();
    },
  });
}

interface NodeSubscribersOptions {
  cluster: Cluster;
  channels: RedisChannels;
  log: Logger;
  /** The URL of one node, with the credentials and options for all. */
  url: string;
}

/** The subscriber connections to the nodes of a cluster, and the channels that each of them has. */
class NodeSubscribers {
  readonly #options: NodeSubscribersOptions;
  /** By the address of the node. */
  readonly #subscribers = new Map<string, RedisSubscriber>();
  readonly #subscriberOf = new Map<Channel, RedisSubscriber>();
  readonly #resubscribeTimer: NodeJS.Timeout;
  #soonTimer: NodeJS.Timeout | undefined;

  constructor(options: NodeSubscribersOptions) {
    this.#options = options;
    options.cluster.on('refresh', () => this.#onSlotsChanged());
    this.#resubscribeTimer = setInterval(() => this.#resubscribeMissing(), resubscribeIntervalMs).unref();
  }

  close(): void {
    clearInterval(this.#resubscribeTimer);
    clearTimeout(this.#soonTimer);
    this.#subscriberOf.clear();
    for (const subscriber of this.#subscribers.values()) subscriber.close();
    this.#subscribers.clear();
  }

  unassign(channel: Channel): void {
    this.#subscriberOf.get(channel)?.remove(channel);
    this.#subscriberOf.delete(channel);
  }

  /** Assigns channels to the nodes that serve their slots. Channels of an unknown slot wait for the next slot refresh. */
  assign(channels: Iterable<Channel>): void {
    const { slots } = this.#options.cluster;
    const moves = new Map<RedisSubscriber, Channel[]>();
    for (const channel of channels) {
      const address = slots[slotOf(channel.name)]?.[0];
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
    const { channels, log, url } = this.#options;
    const subscriber = new RedisSubscriber({
      redis: connectRedis({ url: urlOfNode(address, url), log, name: `subscriber ${address}` }),
      kind: 'sharded',
      log,
      onMessage: channels.onMessage,
      onSubscribed: channels.onSubscribed,
      onMoved: () => {
        this.#soonTimer ??= setTimeout(() => this.#resubscribeMissing(), resubscribeSoonMs).unref();
      },
    });
    this.#subscribers.set(address, subscriber);
    return subscriber;
  }

  #onSlotsChanged(): void {
    this.assign(this.#options.channels.all());
    const owners = new Set(this.#options.cluster.slots.map(([address]) => address));
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
    if ([...this.#options.channels.all()].every(({ isSubscribed }) => isSubscribed)) return;
    this.#options.cluster.refreshSlotsCache(() => {
      for (const subscriber of this.#subscribers.values()) subscriber.resubscribe();
    });
  }
}
