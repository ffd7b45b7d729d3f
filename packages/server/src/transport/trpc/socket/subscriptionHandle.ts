import type { AbortSignalLike } from '../../../async/lightAbortController.ts';

/** One subscription, as its procedure sees it. The option `subscriptionContext` passes it to the procedure. */
export interface SubscriptionHandle {
  /** Aborts when the client stops the subscription, and when the socket closes. */
  readonly stop: AbortSignalLike;
  /** The start of the subscription's messages; see `messageOf`. Subscriptions with equal request ids have equal prefixes. */
  readonly replyPrefix: string;
  /**
   * Hands the subscription off: its messages are then written by other means than `yield`. To be called before the procedure's
   * iterator ends. That end is then not the end of the subscription.
   */
  handOff(delivery: DirectDelivery): void;
}

/** A delivery that takes over from the iterator of a subscription. */
export interface DirectDelivery {
  /** Starts the delivery. `onEnd` asks the iterator for the next value again. */
  begin(onEnd: () => void): unknown;
}
