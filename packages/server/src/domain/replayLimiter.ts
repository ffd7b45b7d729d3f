import type { Message } from '@earshot/shared';
import { delay, rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { ReadLimiter } from '../feed/readLimiter.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './connection.ts';

/** Number of starts and pages that one connection receives concurrently; the others wait, and hold nothing. */
const concurrency = 2;

/**
 * Paces the starts and replays of one connection's watches: a few at a time, none while the client leaves too much unread, and pages of
 * replays only while at least half of the budget is left, so that calls are still possible.
 */
export class ReplayLimiter implements ReadLimiter {
  readonly #budget: Budget;
  readonly #connection: Connection;
  readonly #waiting: (() => void)[] = [];
  #runningCount = 0;

  constructor(budget: Budget, connection: Connection) {
    this.#budget = budget;
    this.#connection = connection;
  }

  async acquire(what: 'start' | 'replay', signal: AbortSignalLike): Promise<() => void> {
    const slot = this.#acquireSlot();
    try {
      await rejectOnAbort(slot, signal);
      const writable = this.#connection.transport.writable();
      if (writable) await rejectOnAbort(writable, signal);
      if (what === 'replay') await this.#untilAffordable(signal);
    } catch (error) {
      void slot.then(() => this.#releaseSlot());
      throw error;
    }
    return () => this.#releaseSlot();
  }

  noteReplayed(messages: readonly Message[]): void {
    this.#budget.chargeMessages(this.#connection, messages);
  }

  async #untilAffordable(signal: AbortSignalLike): Promise<void> {
    for (;;) {
      const ms = this.#budget.msUntilReplay(this.#connection);
      if (ms === 0) return;
      await delay(ms, signal);
    }
  }

  #acquireSlot(): Promise<void> {
    if (this.#runningCount < concurrency) {
      this.#runningCount += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Passes the turn to the next waiter. */
  #releaseSlot(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#runningCount -= 1;
    else next();
  }
}
