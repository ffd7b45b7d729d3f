import type { Sink } from '../../../feed/fanOut.ts';
import { type Signal, Stop } from '../../../feed/stop.ts';
import type { Call } from './calls.ts';
import { headOf, started, stopped, yielded } from './replies.ts';

/** What a subscription over WebSocket has beside its input. */
export interface SubscriptionLine {
  /** Aborts when the client stops it, and when the socket has closed. */
  readonly stop: Signal;
  /** Where its messages may be written past `yield`, while its next value is awaited; undefined: nowhere. */
  sink(): Sink | undefined;
}

/** The socket of a subscription. */
export interface Teller {
  reply(text: string): void;
  /** Tells the client, and reports. */
  fail(call: Call, cause: unknown): void;
  /** Reports an error that is none of the client's. */
  report(call: Call, cause: unknown): void;
  sink(head: string): Sink | undefined;
  /** Frees the request id. */
  release(subscription: Subscription): void;
}

/** One subscription, from the call on until its client was told that it is over. */
export class Subscription implements SubscriptionLine {
  readonly stop = new Stop();
  readonly call: Call;
  readonly #teller: Teller;
  #iterator: AsyncIterator<unknown> | undefined;

  constructor(call: Call, teller: Teller) {
    this.call = call;
    this.#teller = teller;
  }

  sink(): Sink | undefined {
    return this.#teller.sink(headOf(this.call));
  }

  /** Tells the client of each value. Resolves when there is nothing more to tell. */
  async run(values: AsyncIterable<unknown>): Promise<void> {
    const iterator = values[Symbol.asyncIterator]();
    this.#iterator = iterator;
    const head = headOf(this.call);
    this.#teller.reply(started(head));
    this.stop.addEventListener('abort', this);
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        if (this.stop.aborted) return;
        this.#teller.reply(yielded(head, next.value));
      }
      if (!this.stop.aborted) await this.#finish();
    } catch (cause) {
      if (!this.stop.aborted) await this.#finish({ cause });
      else if (!isAbortError(cause)) this.#teller.report(this.call, cause);
    }
  }

  /** It was stopped: whatever it waits for, nobody waits for that. */
  handleEvent(): void {
    void this.#finish();
  }

  /** Ends what never began to be told. */
  async discard(values: AsyncIterable<unknown>): Promise<void> {
    this.#iterator = values[Symbol.asyncIterator]();
    await this.#finish();
  }

  /** Tells that it is over, before it began or because it is. */
  conclude(): void {
    this.#teller.release(this);
    this.#teller.reply(stopped(headOf(this.call)));
  }

  async #finish(failure?: { cause: unknown }): Promise<void> {
    this.stop.removeEventListener('abort', this);
    this.stop.abort();
    try {
      await this.#iterator?.return?.();
    } catch (cause) {
      this.#teller.report(this.call, cause);
    }
    if (failure) this.#teller.fail(this.call, failure.cause);
    this.conclude();
  }
}

export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
