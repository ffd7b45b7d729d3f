import type { Handoff } from '../../../feed/hub.ts';
import { type AbortSignalLike, LightAbortController } from '../../../feed/lightAbortController.ts';
import type { Sink } from '../../../feed/sharedWatcher.ts';
import type { Call } from './calls.ts';
import { isAbortError } from './errors.ts';
import { replyPrefix, startedReply, stoppedReply, yieldReply } from './replies.ts';

/** What a subscription over WebSocket has beside its input. */
export interface SubscriptionHandle {
  /** Aborts when the client stops it, and when the socket has closed. */
  readonly stop: AbortSignalLike;
  /** Where its messages may be written past `yield` during a ride; undefined: nowhere. */
  sink(): Sink | undefined;
  /** To be called before the values end, if that is not for good: when the ride is over, the next one is asked for again. */
  handOff(handoff: Handoff): void;
}

/** The socket of a subscription. */
export interface ReplyWriter {
  reply(text: string): void;
  /** Tells the client, and reports. */
  fail(call: Call, cause: unknown): void;
  /** Reports an error that is none of the client's. */
  report(call: Call, cause: unknown): void;
  sink(prefix: string): Sink | undefined;
  /** Frees the request id. */
  release(subscription: Subscription): void;
}

/** One subscription, from the call on until its client was told that it is over. */
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

  /** Tells the client of each value. Resolves when there is nothing more to tell. */
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
    // Emptied before it is set again: whoever waits for hours would keep what was told last.
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

  /** It was stopped: whatever it waits for, nobody waits for that. */
  handleEvent(): void {
    void this.#finish();
  }

  /** Ends what never began to be told. */
  async discard(values: AsyncIterable<unknown>): Promise<void> {
    try {
      this.#iterator = values[Symbol.asyncIterator]();
    } catch (cause) {
      this.#replyWriter.report(this.call, cause);
    }
    await this.#finish();
  }

  /** Tells that it is over, before it began or because it is. */
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
