import { type BrokerSubscription, controlTopic } from '../broker.ts';

/** The subscriptions of this process to one room. */
export interface Channel {
  readonly name: string;
  readonly listeners: Set<(payload: string) => void>;
  readonly ready: PromiseWithResolvers<void>;
  /** Whether Redis delivers, as far as this process knows. */
  isSubscribed: boolean;
  /** Whether Redis ever delivered: a later confirmation then follows an interruption. */
  wasSubscribed: boolean;
}

interface ChannelChanges {
  /** The first subscription to a room, which must be sent to Redis. */
  onOpened(channel: Channel): void;
  /** The last subscription ended. */
  onClosed(channel: Channel): void;
}

/** `namespace` separates deployments that share one Redis; empty for a single deployment. */
export const channelOf = (roomId: string, namespace = '') => `${namespace}room:${roomId}`;

/** The rooms that this process subscribes to, and their listeners. Subscriptions are resent until Redis confirms them. */
export class RedisChannels {
  readonly #namespace: string;
  readonly #changes: ChannelChanges;
  readonly #channels = new Map<string, Channel>();
  readonly #onInterrupted = new Set<() => void>();

  constructor(namespace: string, changes: ChannelChanges) {
    this.#namespace = namespace;
    this.#changes = changes;
  }

  /** Number of rooms. */
  get size(): number {
    return this.#channels.size - Number(this.#channels.has(this.nameOf(controlTopic)));
  }

  all(): Iterable<Channel> {
    return this.#channels.values();
  }

  nameOf(roomId: string): string {
    return channelOf(roomId, this.#namespace);
  }

  subscribe(roomId: string, listener: (payload: string) => void): BrokerSubscription {
    const name = this.nameOf(roomId);
    const channel = this.#channels.get(name) ?? this.#open(name);
    const own = (payload: string) => listener(payload); // the same listener may subscribe twice
    channel.listeners.add(own);
    return {
      ready: channel.ready.promise,
      unsubscribe: () => {
        if (channel.listeners.delete(own) && channel.listeners.size === 0) this.#close(channel);
      },
    };
  }

  onInterrupted(listener: () => void): () => void {
    const own = () => listener();
    this.#onInterrupted.add(own);
    return () => this.#onInterrupted.delete(own);
  }

  readonly onMessage = (name: string, payload: string): void => {
    for (const listener of this.#channels.get(name)?.listeners ?? []) listener(payload);
  };

  /** Redis delivers these channels from now on. */
  readonly onSubscribed = (channels: Iterable<Channel>): void => {
    let interrupted = false;
    for (const channel of channels) {
      interrupted ||= channel.wasSubscribed && !channel.isSubscribed;
      channel.isSubscribed = true;
      channel.wasSubscribed = true;
      channel.ready.resolve();
    }
    if (interrupted) for (const listener of this.#onInterrupted) listener();
  };

  clear(): void {
    this.#channels.clear();
  }

  #open(name: string): Channel {
    const channel: Channel = {
      name,
      listeners: new Set(),
      ready: Promise.withResolvers(),
      isSubscribed: false,
      wasSubscribed: false,
    };
    this.#channels.set(name, channel);
    this.#changes.onOpened(channel);
    return channel;
  }

  #close(channel: Channel): void {
    // After `close`, or when the room was opened again, there is nothing to end.
    if (this.#channels.get(channel.name) !== channel) return;
    this.#channels.delete(channel.name);
    this.#changes.onClosed(channel);
  }
}
