/**
 * A topic of all instances, beside the rooms: each publishes on it that something outside the rooms has changed. Published and
 * subscribed to like a room; no room can have this id, because ids have no control characters.
 */
export const controlTopic = '\tcontrol';

/**
 * The broker distributes the events of a room to every instance. Delivery is best effort: it may lose, repeat and reorder messages; feeds
 * repair that from the store. Payloads are text, with identical bytes on every driver.
 *
 * Every driver guarantees:
 * - A message published after `ready` resolved reaches the listener, as long as the connection holds. The publisher's
 *   own instance receives it too.
 * - One network connection to each server of the broker carries all subscriptions of a process.
 * - After an interruption every subscription is restored automatically, and then `onInterrupted` listeners are called:
 *   any message may have been lost in between. With several servers, one may be unreachable while the others work.
 */
export interface Broker {
  readonly kind: 'local' | 'redis' | 'redis-cluster';

  /** Resolves when the broker accepted the message; rejects with `BROKER_UNAVAILABLE` within two seconds. */
  publish(roomId: string, payload: string): Promise<void>;

  /**
   * Subscribes to a room from now on. Several subscriptions to one room are independent. The listener gets each payload as it was
   * published, and must not throw: in a feed it is `BrokerConsumer.receive` (`feed/brokerConsumer.ts`). The drivers call it from
   * `inProcessBroker.ts` and `redis/redisChannels.ts`. The subscription survives outages.
   */
  subscribe(roomId: string, listener: (payload: string) => void): BrokerSubscription;

  /** Calls the listener after each interruption of a subscription, once it works again. Returns a function that removes the listener. */
  onInterrupted(listener: () => void): () => void;

  /** Number of rooms that this instance is subscribed to, without the control topic. For metrics and tests: zero after churn. */
  readonly subscribedRooms: number;

  /** Resolves when the broker answers; otherwise rejects with `BROKER_UNAVAILABLE` within two seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface BrokerSubscription {
  /** Resolves once the broker delivers. Stays pending while it is unreachable; never rejects. */
  readonly ready: Promise<void>;
  /** Ends the subscription: the listener is not called again. May be called twice. */
  unsubscribe(): void;
}
