import { type AbortSignalLike, LightAbortController } from '../../../async/lightAbortController.ts';
import type { Handoff, Sink } from '../../../feed/subscriber.ts';
import type { Call } from './calls.ts';
import { isAbortError } from './errors.ts';
import { replyPrefix, startedReply, stoppedReply, yieldReply } from './replies.ts';

/** A WebSocket subscription, as procedures see it beside the input. */
export interface SubscriptionHandle {
  /** Aborts when the client stops the subscription, and when the socket closes. */
  readonly stop: AbortSignalLike;
  /** The sink for writing messages directly during a handoff, without `yield`; undefined if there is none. */
  sink(): Sink | undefined;
  /** Must be called before the iterator ends if the end isn't final: after the handoff, the subscription asks for the next value again. */
  handOff(handoff: Handoff): void;
}

/** Writes replies to the socket of a subscription. */
export interface ReplyWriter {
  reply(text: string): void;
  /** Sends the error to the client, and reports it. */
  fail(call: Call, cause: unknown): void;
  /** Reports an error that isn't sent to the client. */
  report(call: Call, cause: unknown): void;
  sink(prefix: string): Sink | undefined;
  /** Frees the request id. */
  release(subscription: Subscription): void;
}

/** One subscription, from the call until its `stopped` reply is sent. */
export class Subscription implements SubscriptionHandle {
  readonly stop = new LightAbortController();
  readonly call: Call;
  readonly #replyWriter: ReplyWriter;
  #iterator: AsyncIterator<unknown> | undefined;
  #handoff: Handoff | null = null;

  constructor(call: Call, replyWriter: ReplyWriter) {
    this.call = call;
    this.#replyWriter = replyWriter;
  }

  sink(): Sink | undefined {
    return this.#replyWriter.sink(replyPrefix(this.call));
  }

  handOff(handoff: Handoff): void {
    this.#handoff = handoff;
  }

  /** Sends each value to the client. Resolves when the values end or are handed off. */
  async run(values: AsyncIterable<unknown>): Promise<void> {
    this.#replyWriter.reply(startedReply(replyPrefix(this.call)));
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
    const prefix = replyPrefix(this.call);
    // Cleared after each value: a subscription that waits for hours would retain the last value.
    let next: IteratorResult<unknown> | null = null;
    try {
      for (next = await iterator.next(); !next.done; next = await iterator.next()) {
        if (this.stop.aborted) return;
        this.#replyWriter.reply(yieldReply(prefix, next.value));
        next = null;
      }
      if (this.stop.aborted) return;
      const handoff = this.#handoff;
      this.#handoff = null;
      if (handoff) handoff.begin(() => this.#deliver());
      else await this.#finish();
    } catch (cause) {
      if (!this.stop.aborted) await this.#finish({ cause });
      else if (!isAbortError(cause)) this.#replyWriter.report(this.call, cause);
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
      this.#replyWriter.report(this.call, cause);
    }
    await this.#finish();
  }

  /** Frees the request id and sends the `stopped` reply. */
  sendStopped(): void {
    this.#replyWriter.release(this);
    this.#replyWriter.reply(stoppedReply(replyPrefix(this.call)));
  }

  async #finish(failure?: { cause: unknown }): Promise<void> {
    this.stop.removeEventListener('abort', this);
    this.stop.abort();
    try {
      await this.#iterator?.return?.();
    } catch (cause) {
      this.#replyWriter.report(this.call, cause);
    }
    if (failure) this.#replyWriter.fail(this.call, failure.cause);
    this.sendStopped();
  }
}
