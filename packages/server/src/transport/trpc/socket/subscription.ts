import type { Ride } from '../../../feed/hub.ts';
import type { Sink } from '../../../feed/seat.ts';
import { type Signal, Stop } from '../../../feed/stop.ts';
import type { Call } from './calls.ts';
import { isAbortError } from './errors.ts';
import { headOf, started, stopped, yielded } from './replies.ts';

/** What a subscription over WebSocket has beside its input. */
export interface SubscriptionLine {
  /** Aborts when the client stops it, and when the socket has closed. */
  readonly stop: Signal;
  /** Where its messages may be written past `yield` during a ride; undefined: nowhere. */
  sink(): Sink | undefined;
  /** To be called before the values end, if that is not for good: when the ride is over, the next one is asked for again. */
  rideOn(ride: Ride): void;
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
  #ride: Ride | null = null;

  constructor(call: Call, teller: Teller) {
    this.call = call;
    this.#teller = teller;
  }

  sink(): Sink | undefined {
    return this.#teller.sink(headOf(this.call));
  }

  rideOn(ride: Ride): void {
    this.#ride = ride;
  }

  /** Tells the client of each value. Resolves when there is nothing more to tell. */
  async run(values: AsyncIterable<unknown>): Promise<void> {
    this.#teller.reply(started(headOf(this.call)));
    this.stop.addEventListener('abort', this);
    try {
      this.#iterator = values[Symbol.asyncIterator]();
    } catch (cause) {
      return this.#finish({ cause });
    }
    await this.#tell();
  }

  async #tell(): Promise<void> {
    const iterator = this.#iterator;
    if (!iterator) return;
    const head = headOf(this.call);
    // Emptied before it is set again: whoever waits for hours would keep what was told last.
    let next: IteratorResult<unknown> | null = null;
    try {
      for (next = await iterator.next(); !next.done; next = await iterator.next()) {
        if (this.stop.aborted) return;
        this.#teller.reply(yielded(head, next.value));
        next = null;
      }
      if (this.stop.aborted) return;
      const ride = this.#ride;
      this.#ride = null;
      if (ride) ride.begin(() => this.#tell());
      else await this.#finish();
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
    try {
      this.#iterator = values[Symbol.asyncIterator]();
    } catch (cause) {
      this.#teller.report(this.call, cause);
    }
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
