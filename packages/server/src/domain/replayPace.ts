import type { Message } from '@earshot/shared';
import { pause, unlessAborted } from '../feed/abort.ts';
import type { Pace } from '../feed/pace.ts';
import type { Signal } from '../feed/stop.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './connection.ts';

/** Number of starts and pages that one connection receives concurrently; the others wait, and hold nothing. */
const atOnce = 2;

/**
 * Paces the starts and replays of one connection's watches: a few at a time, none while the client leaves too much unread, and pages of
 * replays only while at least half of the budget is left, so that calls are still possible.
 */
export class ReplayPace implements Pace {
  readonly #budget: Budget;
  readonly #connection: Connection;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(budget: Budget, connection: Connection) {
    this.#budget = budget;
    this.#connection = connection;
  }

  async begin(what: 'start' | 'replay', signal: Signal): Promise<() => void> {
    const turn = this.#turn();
    try {
      await unlessAborted(turn, signal);
      const writable = this.#connection.line.writable();
      if (writable) await unlessAborted(writable, signal);
      if (what === 'replay') await this.#affordable(signal);
    } catch (error) {
      void turn.then(() => this.#end());
      throw error;
    }
    return () => this.#end();
  }

  replays(messages: readonly Message[]): void {
    this.#budget.chargeMessages(this.#connection, messages);
  }

  async #affordable(signal: Signal): Promise<void> {
    for (;;) {
      const ms = this.#budget.msUntilReplay(this.#connection);
      if (ms === 0) return;
      await pause(ms, signal);
    }
  }

  #turn(): Promise<void> {
    if (this.#running < atOnce) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Passes the turn to the next waiter. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
