import type { Message } from '@earshot/shared';
import { delay, rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { Semaphore } from '../async/semaphore.ts';
import type { ReadLimiter } from '../feed/watcher.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './connection.ts';

/** Number of starts and pages that one connection receives concurrently; the others wait, and hold nothing. */
const concurrency = 2;
/** Minimum milliseconds between two checks of the budget: all replays that wait for it check at the same time, and most of them wait again. */
const recheckMinMs = 100;

/**
 * Paces the starts and replays of one connection's watches: a few at a time, none while the client leaves too much unread, and pages of
 * replays only while at least half of the budget is left, so that calls are still possible.
 */
export class WatchReadLimiter implements ReadLimiter {
  readonly #budget: Budget;
  readonly #connection: Connection;
  readonly #slots = new Semaphore(concurrency);

  constructor(budget: Budget, connection: Connection) {
    this.#budget = budget;
    this.#connection = connection;
  }

  tryAcquire(kind: 'start' | 'replay'): (() => void) | undefined {
    if (this.#connection.transport.writable()) return undefined;
    const isAffordable = kind === 'start' || this.#budget.msUntilReplay(this.#connection) === 0;
    return isAffordable ? this.#slots.tryAcquire() : undefined;
  }

  async acquire(kind: 'start' | 'replay', signal: AbortSignalLike): Promise<() => void> {
    const free = this.tryAcquire(kind); // usually there is nothing to wait for
    if (free && !signal.aborted) return free;
    free?.();
    const slot = this.#slots.acquire();
    try {
      const release = await rejectOnAbort(slot, signal);
      const writable = this.#connection.transport.writable();
      if (writable) await rejectOnAbort(writable, signal);
      if (kind === 'replay') await this.#untilAffordable(signal);
      return release;
    } catch (error) {
      void slot.then((release) => release());
      throw error;
    }
  }

  noteReplayed(messages: readonly Message[]): void {
    this.#budget.chargeMessages(this.#connection, messages);
  }

  async #untilAffordable(signal: AbortSignalLike): Promise<void> {
    for (;;) {
      const ms = this.#budget.msUntilReplay(this.#connection);
      if (ms === 0) return;
      await delay(Math.max(ms, recheckMinMs), signal);
    }
  }
}
