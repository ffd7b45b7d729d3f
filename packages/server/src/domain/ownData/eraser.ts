import { setTimeout as delay } from 'node:timers/promises';
import { PeriodicCheck } from '../../feed/periodicCheck.ts';
import type { OpenErasure } from '../../store/erasures.ts';
import { eraseOverRules, moveRules } from './eraseRules.ts';
import { eraseUser } from './eraseUser.ts';
import type { ErasureParts } from './erasureParts.ts';
import { signOutErased } from './signOutErased.ts';

export interface EraserTimes {
  /** Between two looks for erasures that are due. */
  pollMs: number;
  /** For which an erasure is taken. Another instance takes it over after that, unless it is taken again. */
  leaseMs: number;
  /**
   * From the first pass to the second, which finds what was written while the first ran: a send that another instance had admitted, and
   * whatever a token did before it was refused there. Longer than a call and a lost hint may take.
   */
  settleMs: number;
  /** Between two steps. A step takes a few milliseconds, so sends hardly wait, and watchers get at most a hundred changes a second. */
  pauseMs: number;
  /** Until an erasure that failed is tried again. */
  retryMs: number;
}

const defaultTimes: EraserTimes = { pollMs: 2_000, leaseMs: 6_000, settleMs: 20_000, pauseMs: 10, retryMs: 30_000 };

/** Erases the data of users who asked for it, one user at a time. Every instance has one; the store decides which one does what. */
export class Eraser {
  readonly #parts: ErasureParts;
  readonly #times: EraserTimes;
  readonly #check: PeriodicCheck;
  readonly #closed = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: ErasureParts, times: Partial<EraserTimes> = {}) {
    this.#parts = parts;
    this.#times = { ...defaultTimes, ...times };
    this.#check = new PeriodicCheck(this.#times.pollMs, () => {
      this.#running = this.#eraseDue();
      return this.#running;
    });
  }

  start(): void {
    this.#check.start();
    this.#check.request();
  }

  /** Looks for an erasure that is due. */
  request(): void {
    if (!this.#closed.signal.aborted) this.#check.request();
  }

  /** Resolves after the step in progress. The erasure continues on another instance, or after the next start. */
  async close(): Promise<void> {
    this.#check.stop();
    this.#closed.abort();
    await this.#running;
  }

  /** Never rejects. */
  async #eraseDue(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      while (!this.#closed.signal.aborted) {
        const erasure = await store.erasures.take(new Date(), this.#after(this.#times.leaseMs));
        if (erasure === null) return;
        await this.#erase(erasure);
      }
    } catch (err) {
      // Neither the user nor what was written may be in a log.
      log.warn({ err }, 'erasure of a user’s data interrupted (it continues by itself)');
    }
  }

  async #erase(erasure: OpenErasure): Promise<void> {
    const parts = this.#parts;
    const { store } = parts;
    const { id, passes } = erasure;
    const { leaseMs, pauseMs, settleMs, retryMs } = this.#times;
    try {
      if (passes === 0) await signOutErased(parts, erasure);
      let takenAt = performance.now();
      for await (const _ of eraseUser(parts, erasure)) {
        if (this.#closed.signal.aborted) return;
        await delay(pauseMs);
        if (performance.now() - takenAt < leaseMs / 3) continue;
        await store.erasures.postpone(id, { dueAt: this.#after(leaseMs), passes });
        takenAt = performance.now();
      }
      // Tokens stay revoked by the hash of the user id.
      const hasMoved = await moveRules(parts, erasure);
      if (passes > 0) await eraseOverRules(parts, erasure);
      if (passes === 0 || hasMoved) await store.erasures.postpone(id, { dueAt: this.#after(settleMs), passes: 1 });
      else await store.erasures.finish(id, new Date());
    } catch (error) {
      await store.erasures.postpone(id, { dueAt: this.#after(retryMs), passes });
      throw error;
    }
  }

  #after(ms: number): Date {
    return new Date(Date.now() + ms);
  }
}
