import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { Semaphore } from '../async/semaphore.ts';
import type { PagePermit, ReadLimiter } from '../feed/watcher.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './connection.ts';
import { unitsOf } from './unitsOf.ts';

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

  async acquireStart(signal: AbortSignalLike): Promise<() => void> {
    const free = this.tryAcquireStart(); // usually there is nothing to wait for
    if (free && !signal.aborted) return free;
    free?.();
    return this.#acquireSlot(signal);
  }

  /** Like `acquireStart`, if there is nothing to wait for; otherwise returns undefined. */
  tryAcquireStart(): (() => void) | undefined {
    return this.#connection.transport.writable() ? undefined : this.#slots.tryAcquire();
  }

  async acquirePage(signal: AbortSignalLike): Promise<PagePermit> {
    const free = this.tryAcquirePage();
    if (free && !signal.aborted) return free;
    free?.release();
    return this.#acquireInOrder(signal);
  }

  tryAcquirePage(): PagePermit | undefined {
    const slot = this.#waitingReplays === 0 ? this.tryAcquireStart() : undefined;
    return slot && this.#permitWith(slot);
  }

  /** Resolves with a permit once the replays that came before have theirs. */
  async #acquireInOrder(signal: AbortSignalLike): Promise<PagePermit> {
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

  async #acquireAffordable(signal: AbortSignalLike): Promise<PagePermit> {
    for (;;) {
      await this.#budget.replays.untilAffordable(this.#connection, signal);
      const permit = this.#permitWith(await this.#acquireSlot(signal));
      if (permit) return permit; // otherwise the budget was taken while this replay waited for the slot
    }
  }

  /** Reserves a page. Frees the slot, and returns undefined, if the budget does not allow a page now. */
  #permitWith(slot: () => void): PagePermit | undefined {
    const reservation = this.#budget.replays.tryReserve(this.#connection);
    if (!reservation) {
      slot();
      return undefined;
    }
    return {
      charge: (messages) => reservation.charge(unitsOf(messages)),
      release: () => {
        reservation.cancel();
        slot();
      },
    };
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
