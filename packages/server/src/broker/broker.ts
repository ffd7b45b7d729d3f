/**
 * The broker tells every instance what happened in a room. It is a hint, not the truth: it may lose, repeat and reorder;
 * feeds repair that from the store. Payloads are text, the same bytes on every driver.
 *
 * What every driver promises:
 * - A message published after `ready` resolved reaches the listener, as long as the connection holds. The publisher's
 *   own instance is told like every other.
 * - One network connection to each server of the broker carries all subscriptions of a process.
 * - After an interruption every subscription is made again by itself, and then `onInterrupted` listeners are called:
 *   anything may have been lost meanwhile. Where the broker is several servers, one may be away while the others go on.
 */
export interface Broker {
  readonly kind: 'local' | 'redis' | 'redis-cluster';

  /** Resolves when the broker took the message; rejects with `BROKER_UNAVAILABLE` at once or within two seconds. */
  publish(roomId: string, payload: string): Promise<void>;

  /**
   * Hears a room from now on. Several subscriptions to one room are independent. The listener must not throw. The
   * subscription holds through outages.
   */
  subscribe(roomId: string, listener: (payload: string) => void): BrokerSubscription;

  /** Calls back after each interruption of a subscription, once it works again. Returns the function that ends this. */
  onInterrupted(listener: () => void): () => void;

  /** How many rooms this instance is subscribed to at the broker. For metrics and tests: zero after churn. */
  readonly subscribedRooms: number;

  /** Resolves when the broker answers; rejects with `BROKER_UNAVAILABLE` within two seconds when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface BrokerSubscription {
  /** Resolves once the broker delivers. Stays pending while it can't be reached; never rejects. */
  readonly ready: Promise<void>;
  /** Ends the subscription: the listener is not called again. May be called twice. */
  unsubscribe(): void;
}
