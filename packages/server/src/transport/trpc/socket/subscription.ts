import { LightAbortController } from '../../../async/lightAbortController.ts';
import type { Call } from './call.ts';
import { isAbortError } from './errors.ts';
import { replyPrefix, startedReply, stoppedReply, yieldReply } from './replies.ts';
import type { ReplyWriter } from './replyWriter.ts';
import type { DirectDelivery, SubscriptionHandle } from './subscriptionHandle.ts';

/** The connection's subscriptions. */
interface SubscriptionOwner {
  readonly replies: ReplyWriter;
  readonly stringify: (value: unknown) => string;
  /** Frees the request id. */
  release(subscription: Subscription): void;
}

/** One subscription, from the call until its `stopped` reply is sent. */
export class Subscription implements SubscriptionHandle {
  readonly stop = new LightAbortController();
  readonly call: Call;
  readonly #owner: SubscriptionOwner;
  #iterator: AsyncIterator<unknown> | undefined;
  #directDelivery: DirectDelivery | null = null;

  constructor(call: Call, owner: SubscriptionOwner) {
    this.call = call;
    this.#owner = owner;
  }

  get replyPrefix(): string {
    return replyPrefix(this.call);
  }

  handOff(delivery: DirectDelivery): void {
    this.#directDelivery = delivery;
  }

  /** Sends each value to the client. Resolves when the values end or are handed off. */
  async run(values: AsyncIterable<unknown>): Promise<void> {
    this.#owner.replies.sendAhead(startedReply(this.replyPrefix)); // most subscriptions begin with a value
    this.stop.addEventListener('abort', this);
    try {
      this.#iterator = values[Symbol.asyncIterator]();
    } catch (cause) {
      return this.#finish({ cause });
    }
    await this.#deliver();
  }

  async #deliver(): Promise<void> {
    const iterator = this.#iterator;
    if (!iterator) return;
    const owner = this.#owner;
    const prefix = this.replyPrefix;
    // Cleared after each value: a subscription that waits for hours would retain the last value.
    let next: IteratorResult<unknown> | null = null;
    try {
      for (next = await iterator.next(); !next.done; next = await iterator.next()) {
        if (this.stop.aborted) return;
        owner.replies.send(yieldReply(prefix, next.value, owner.stringify));
        next = null;
      }
      if (this.stop.aborted) return;
      const delivery = this.#directDelivery;
      this.#directDelivery = null;
      if (delivery) {
        owner.replies.flushAhead();
        delivery.begin(() => this.#deliver());
      } else await this.#finish();
    } catch (cause) {
      if (!this.stop.aborted) await this.#finish({ cause });
      else if (!isAbortError(cause)) owner.replies.report(cause, this.call);
    }
  }

  /** Handles `abort`: ends the subscription without waiting for the pending value. */
  handleEvent(): void {
    void this.#finish();
  }

  /** Ends a subscription whose `started` reply was never sent. */
  async discard(values: AsyncIterable<unknown>): Promise<void> {
    try {
      this.#iterator = values[Symbol.asyncIterator]();
    } catch (cause) {
      this.#owner.replies.report(cause, this.call);
    }
    await this.#finish();
  }

  /** Frees the request id and sends the `stopped` reply. */
  sendStopped(): void {
    this.#owner.release(this);
    this.#owner.replies.send(stoppedReply(this.replyPrefix));
  }

  async #finish(failure?: { cause: unknown }): Promise<void> {
    this.stop.removeEventListener('abort', this);
    this.stop.abort();
    try {
      await this.#iterator?.return?.();
    } catch (cause) {
      this.#owner.replies.report(cause, this.call);
    }
    if (failure) this.#owner.replies.sendCallError(this.call, failure.cause);
    this.sendStopped();
  }
}
