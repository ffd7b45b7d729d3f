import type { Redis } from 'ioredis';
import { withTimeout } from '../../async/withTimeout.ts';
import type { Logger } from '../../observe/logger.ts';
import { answerTimeout } from '../../redis/limitedRedis.ts';
import { slotOf } from '../../redis/redisCluster.ts';
import { replyCode } from '../../redis/replyError.ts';
import type { Channel } from './redisChannels.ts';

/** Maximum number of channels in one SUBSCRIBE after a reconnect: keeps single commands short. */
const channelsPerCommand = 500;

interface SubscriberOptions {
  /** A dedicated connection: a subscribed connection supports few other commands. */
  redis: Redis;
  /** `sharded`: the channels belong to one node of a cluster and are unknown to the others (Redis 7, Valkey). */
  kind: 'plain' | 'sharded';
  log: Logger;
  onMessage: (name: string, payload: string) => void;
  /** The server delivers these channels from now on; after an outage, all at once. */
  onSubscribed: (channels: Channel[]) => void;
  /** Called when channels moved to another node. It is unknown which ones. */
  onMoved?: () => void;
}

/** One connection that subscribes to channels of one server, and subscribes again after every reconnect. */
export class RedisSubscriber {
  readonly #options: SubscriberOptions;
  readonly #redis: Redis;
  readonly #channels = new Map<string, Channel>();
  /** Counts the events that end subscriptions: an earlier confirmation may no longer hold. */
  #lossCount = 0;
  #lastRefusal = '';

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#redis = options.redis;
    this.#redis.on('ready', () => this.resubscribe());
    this.#redis.on('close', () => this.#markLost());
    this.#redis.on(options.kind === 'plain' ? 'message' : 'smessage', options.onMessage);
    // The server ended a subscription or refused one, because its slot has moved.
    this.#redis.on('moved', () => {
      this.#markLost();
      options.onMoved?.();
    });
  }

  get size(): number {
    return this.#channels.size;
  }

  // Redis runs the commands of one connection in the order they were written. So a SUBSCRIBE after an UNSUBSCRIBE of the same channel needs
  // no waiting, however fast they follow each other.

  add(channels: readonly Channel[]): void {
    for (const channel of channels) {
      channel.isSubscribed = false;
      this.#channels.set(channel.name, channel);
    }
    if (this.#redis.status === 'ready') void this.#subscribeAll(channels);
  }

  remove(channel: Channel): void {
    if (!this.#channels.delete(channel.name)) return;
    if (this.#redis.status !== 'ready') return; // a closed connection lost its subscriptions
    const end = this.#options.kind === 'plain' ? this.#redis.unsubscribe : this.#redis.sunsubscribe;
    end.call(this.#redis, channel.name).catch(() => {});
  }

  /** Subscribes to every channel that the server is not known to deliver. */
  resubscribe(): void {
    if (this.#redis.status !== 'ready') return;
    const missing = [...this.#channels.values()].filter(({ isSubscribed }) => !isSubscribed);
    if (missing.length > 0) void this.#subscribeAll(missing);
  }

  async ping(): Promise<void> {
    await withTimeout(this.#redis.ping(), answerTimeout, () => new Error('the subscriber connection does not answer'));
  }

  close(): void {
    this.#channels.clear();
    this.#redis.disconnect();
  }

  #markLost(): void {
    this.#lossCount += 1;
    for (const channel of this.#channels.values()) channel.isSubscribed = false;
  }

  async #subscribeAll(channels: readonly Channel[]): Promise<void> {
    const losses = this.#lossCount;
    const subscriptions = commandsFor(this.#options.kind, channels).map((batch) => this.#subscribe(batch));
    const confirmed = (await Promise.all(subscriptions)).flat();
    if (losses !== this.#lossCount) return; // the handler of the loss subscribes again
    // A channel may have been left, or moved to another connection, since.
    const current = confirmed.filter((channel) => this.#channels.get(channel.name) === channel);
    if (current.length > 0) this.#options.onSubscribed(current);
  }

  /** Sends one command. Resolves to the channels that Redis delivers because of it: all or none. */
  async #subscribe(batch: readonly Channel[]): Promise<readonly Channel[]> {
    const names = batch.map(({ name }) => name);
    try {
      await (this.#options.kind === 'plain' ? this.#redis.subscribe(...names) : this.#redis.ssubscribe(...names));
      this.#lastRefusal = '';
      return batch;
    } catch (error) {
      // A lost connection is logged elsewhere. A refusal by a live server is logged once.
      if (error instanceof Error) this.#logRefusal(error);
      return [];
    }
  }

  #logRefusal(error: Error): void {
    const code = replyCode(error);
    if (code === null || code === 'MOVED' || code === 'CLUSTERDOWN') return; // a lost connection, or the broker retries
    const isTooOld = this.#options.kind === 'sharded' && code === 'ERR'; // the command is unknown
    const sentence = isTooOld
      ? 'REDIS_CLUSTER=true needs Redis 7 or Valkey'
      : 'Redis rejects subscriptions to the channels of rooms (check the Redis user’s rights)';
    if (sentence === this.#lastRefusal) return;
    this.#lastRefusal = sentence;
    this.#options.log.error({ reason: error.message }, sentence);
  }
}

/** Groups channels into commands: a bounded number per command, and in a cluster only channels of one slot. */
function commandsFor(kind: SubscriberOptions['kind'], channels: readonly Channel[]): Channel[][] {
  const groups = kind === 'plain' ? [channels] : Map.groupBy(channels, ({ name }) => slotOf(name)).values();
  const commands: Channel[][] = [];
  for (const group of groups) {
    for (let at = 0; at < group.length; at += channelsPerCommand) {
      commands.push(group.slice(at, at + channelsPerCommand));
    }
  }
  return commands;
}
