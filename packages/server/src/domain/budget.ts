import { type Message, messageWeight } from '@earshot/shared';
import { CallerLimit, type CallerLimits } from './callerLimit.ts';
import type { Connection } from './connection.ts';

/** What calls cost, in units: 1 is a look at what is in memory, or at one document. Writes cost more than reads. */
export const costs = {
  /** A call that is refused for its form. */
  malformedCall: 1,
  identify: 2,
  makeGuest: 5,
  getRoom: 1,
  findRooms: 10,
  joinRoom: 10,
  leaveRoom: 10,
  /** To begin with; what is sent because of it is charged by its length. */
  watchRoom: 4,
  readHistory: 2,
  readOwnReactions: 2,
  listPresence: 4,
  sendMessage: 1,
  changeMessage: 1,
  setTyping: 1,
  updateLocation: 1,
} as const;

export type Call = keyof typeof costs;

/** Characters of messages that cost a unit to read and to send. */
const charsPerUnit = 4_096;

/**
 * What all calls of one user, and of one address, may cost. Each function of the domain asks here before it does
 * anything, whichever wire a call came by.
 */
export class Budget {
  readonly #limit: CallerLimit;
  readonly #onRefused: () => void;

  constructor(limits: CallerLimits, onRefused: () => void = () => {}) {
    this.#limit = new CallerLimit(limits);
    this.#onRefused = onRefused;
  }

  /** Throws `RATE_LIMITED`, with the milliseconds to wait, when the caller can't afford the call now. */
  spend(caller: Connection, call: Call): void {
    try {
      this.#limit.take(caller, costs[call]);
    } catch (error) {
      this.#onRefused();
      throw error;
    }
  }

  /** Milliseconds until a replay may go on: as long as less than half of the budget is left. */
  msUntilReplay(caller: Connection): number {
    return this.#limit.msUntil(caller, 0.5);
  }

  /** Charges the length of messages that the caller is given: it is known when they have been read. */
  chargeMessages(caller: Connection, messages: readonly Message[]): void {
    let chars = 0;
    for (const message of messages) chars += messageWeight(message);
    this.#limit.charge(caller, chars / charsPerUnit);
  }
}
