import type { Redis } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { answerTimeout, connectRedis, unavailable } from '../redisConnection.ts';
import type { Broker, BrokerSubscription } from './broker.ts';

const channelOf = (roomId: string) => `room:${roomId}`;

/** Channels in one SUBSCRIBE when all are made again: keeps single commands short. */
const channelsPerCommand = 500;

/** What this process hears of one room. */
interface Channel {
  listeners: Set<(payload: string) => void>;
  ready: PromiseWithResolvers<void>;
}

/** A broker over Redis Pub/Sub: one connection that listens for all rooms, one that publishes. */
export function createRedisBroker(options: { url: string; log: Logger }): Broker {
  return new RedisBroker(options);
}

class RedisBroker implements Broker {
  readonly kind = 'redis';
  readonly #log: Logger;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  /** By channel name. What stands here is wanted; Redis is told so over and over until it knows. */
  readonly #channels = new Map<string, Channel>();
  readonly #onInterrupted = new Set<() => void>();
  #connectedBefore = false;

  constructor({ url, log }: { url: string; log: Logger }) {
    this.#log = log;
    this.#publisher = connectRedis({ url, log, name: 'publisher', commandTimeout: answerTimeout });
    // No timeout on commands here: a SUBSCRIBE that takes long still holds.
    this.#subscriber = connectRedis({ url, log, name: 'subscriber' });
    this.#subscriber.on('ready', () => void this.#subscribeAll());
    this.#subscriber.on('message', (name: string, payload: string) => {
      for (const listener of this.#channels.get(name)?.listeners ?? []) listener(payload);
    });
  }

  get subscribedRooms(): number {
    return this.#channels.size;
  }

  async publish(roomId: string, payload: string): Promise<void> {
    try {
      await this.#publisher.publish(channelOf(roomId), payload);
    } catch (error) {
      throw unavailable(error);
    }
  }

  subscribe(roomId: string, listener: (payload: string) => void): BrokerSubscription {
    const name = channelOf(roomId);
    const channel = this.#channels.get(name) ?? this.#open(name);
    const own = (payload: string) => listener(payload); // the same listener may subscribe twice
    channel.listeners.add(own);
    return {
      ready: channel.ready.promise,
      unsubscribe: () => {
        if (channel.listeners.delete(own) && channel.listeners.size === 0) this.#leave(name, channel);
      },
    };
  }

  onInterrupted(listener: () => void): () => void {
    const own = () => listener();
    this.#onInterrupted.add(own);
    return () => this.#onInterrupted.delete(own);
  }

  async ping(): Promise<void> {
    try {
      await Promise.all([this.#publisher.ping(), this.#pingSubscriber()]);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    this.#channels.clear();
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  // Redis runs the commands of one connection in the order they were written. So a SUBSCRIBE after an UNSUBSCRIBE of
  // the same channel needs no waiting, however fast they follow each other.

  #open(name: string): Channel {
    const channel: Channel = { listeners: new Set(), ready: Promise.withResolvers() };
    this.#channels.set(name, channel);
    if (this.#subscriber.status === 'ready') void this.#tell([name]);
    return channel;
  }

  #leave(name: string, channel: Channel): void {
    // After `close`, or when the room has been opened anew, there is nothing to end.
    if (this.#channels.get(name) !== channel) return;
    this.#channels.delete(name);
    if (this.#subscriber.status !== 'ready') return; // a connection that ended took its subscriptions with it
    this.#subscriber.unsubscribe(name).catch(() => {});
  }

  async #subscribeAll(): Promise<void> {
    const isReturn = this.#connectedBefore;
    this.#connectedBefore = true;
    const names = [...this.#channels.keys()];
    const told: Promise<boolean>[] = [];
    for (let at = 0; at < names.length; at += channelsPerCommand) {
      told.push(this.#tell(names.slice(at, at + channelsPerCommand)));
    }
    const works = (await Promise.all(told)).every(Boolean);
    // Otherwise the connection was lost again, and its return comes by here again.
    if (works && isReturn) for (const listener of this.#onInterrupted) listener();
  }

  /** Subscribes and marks as ready. Tells whether Redis did so. */
  async #tell(names: string[]): Promise<boolean> {
    const channels = names.map((name) => this.#channels.get(name));
    try {
      await this.#subscriber.subscribe(...names);
    } catch (error) {
      // Lost in between is no news. Alive and refusing is: a user without rights to these channels.
      if (error instanceof Error && error.name === 'ReplyError') {
        this.#log.error({ reason: error.message }, 'Redis refuses subscriptions to room:*');
      }
      return false;
    }
    for (const channel of channels) channel?.ready.resolve();
    return true;
  }

  async #pingSubscriber(): Promise<void> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(new Error('the subscriber does not answer')), answerTimeout);
    try {
      await Promise.race([this.#subscriber.ping(), timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
