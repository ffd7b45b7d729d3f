import type { Message } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { Semaphore } from '../async/semaphore.ts';
import type { ReadLimiter } from '../feed/watcher.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './connection.ts';

/** Number of starts and pages that one connection receives concurrently; the others wait, and hold nothing. */
const concurrency = 2;

/**
 * Paces the starts and replays of one connection's watches: a few at a time, none while the client leaves too much unread, and pages of
 * replays only while the budget allows them. A replay that waits for the budget takes no slot, so starts don't wait for it. One replay checks the
 * budget, and the others of the connection wait behind it.
 */
export class WatchReadLimiter implements ReadLimiter {
  readonly #budget: Budget;
  readonly #connection: Connection;
  readonly #slots = new Semaphore(concurrency);
  /** Held by the one replay that waits for the budget; the others wait behind it. */
  readonly #replayQueue = new Semaphore(1);
  #waitingReplays = 0;

  constructor(budget: Budget, connection: Connection) {
    this.#budget = budget;
    this.#connection = connection;
  }

  tryAcquire(kind: 'start' | 'replay'): (() => void) | undefined {
    if (this.#connection.transport.writable()) return undefined;
    const isPossible = kind === 'start' || (this.#waitingReplays === 0 && this.canReplay());
    return isPossible ? this.#slots.tryAcquire() : undefined;
  }

  async acquire(kind: 'start' | 'replay', signal: AbortSignalLike): Promise<() => void> {
    const free = this.tryAcquire(kind); // usually there is nothing to wait for
    if (free && !signal.aborted) return free;
    free?.();
    return kind === 'start' ? this.#acquireSlot(signal) : this.#acquireForReplay(signal);
  }

  canReplay(): boolean {
    return this.#budget.replays.isAffordable(this.#connection);
  }

  noteReplayed(messages: readonly Message[]): void {
    this.#budget.chargeReplayed(this.#connection, messages);
  }

  /** Resolves with a slot for a page of a replay, once the replays that came before have theirs. */
  async #acquireForReplay(signal: AbortSignalLike): Promise<() => void> {
    this.#waitingReplays += 1;
    try {
      const release = await acquireFrom(this.#replayQueue, signal);
      try {
        return await this.#acquireAffordable(signal);
      } finally {
        release();
      }
    } finally {
      this.#waitingReplays -= 1;
    }
  }

  async #acquireAffordable(signal: AbortSignalLike): Promise<() => void> {
    for (;;) {
      await this.#budget.replays.untilAffordable(this.#connection, signal);
      const release = await this.#acquireSlot(signal);
      if (this.canReplay()) return release;
      release(); // the budget was taken while this replay waited for the slot
    }
  }

  /** Resolves with a slot, once the client can take more. */
  async #acquireSlot(signal: AbortSignalLike): Promise<() => void> {
    const release = await acquireFrom(this.#slots, signal);
    try {
      const writable = this.#connection.transport.writable();
      if (writable) await rejectOnAbort(writable, signal);
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }
}

async function acquireFrom(semaphore: Semaphore, signal: AbortSignalLike): Promise<() => void> {
  const slot = semaphore.acquire();
  try {
    return await rejectOnAbort(slot, signal);
  } catch (error) {
    void slot.then((release) => release());
    throw error;
  }
}
