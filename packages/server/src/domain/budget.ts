import { CallerLimit, type CallerLimitOptions, type CallerLimits } from './callerLimit.ts';
import type { Connection } from './connection.ts';
import { ReplayBudget } from './replayBudget.ts';
import { charsPerUnit, unitsOf, type WeighedText } from './unitsOf.ts';

/** The cost of calls, in units: 1 is one read from memory, or of one document. Writes cost more than reads. */
export const costs = {
  /** A call rejected by validation. */
  malformedCall: 1,
  /** Also for each new connection, and for each request with a token. */
  identify: 2,
  readSession: 1,
  signOutEverywhere: 10,
  moderate: 5,
  listSanctions: 10,
  readOwnSanctions: 2,
  makeGuest: 5,
  makeChallenge: 1,
  /** A page has up to a hundred thousand characters. */
  exportOwnData: 30,
  readOwnMessages: 4,
  eraseOwnData: 20,
  readErasure: 2,
  getRoom: 1,
  findRooms: 10,
  /** The cost of starting: the list is shared. */
  watchNearby: 10,
  searchPlaces: 5,
  joinRoom: 10,
  leaveRoom: 10,
  /** The cost of starting; events sent by the watch are charged by their length. */
  watchRoom: 4,
  /** The cost of starting in all rooms around the location; messages are charged by their length. */
  watchNeighbourhood: 20,
  readHistory: 2,
  readOwnReactions: 2,
  listPresence: 4,
  sendMessage: 1,
  changeMessage: 1,
  describeRoom: 5,
  readOwnRole: 1,
  listRoles: 2,
  changeRole: 10,
  readAudit: 10,
  fileReport: 10,
  readOwnReports: 5,
  listReports: 20,
  countReports: 2,
  resolveReport: 5,
  findUsers: 10,
  /** Messages and reports are charged by their length as well. */
  readUser: 30,
  removeMessage: 5,
  setTyping: 1,
  updateLocation: 1,
  changePrivacy: 5,
  readVisibility: 1,
  /** The list of blocked users is charged by its length. */
  listBlocks: 2,
} as const;

export type BudgetedAction = keyof typeof costs;

/**
 * The budget for all calls of one user, and of one address. Each function of the domain charges it before any work, for calls over any
 * protocol.
 */
export class Budget {
  /** The part of the budget that replays may take. */
  readonly replays: ReplayBudget;
  readonly #limit: CallerLimit;

  constructor(limits: CallerLimits, options: CallerLimitOptions = {}) {
    this.#limit = new CallerLimit(limits, options);
    this.replays = new ReplayBudget(this.#limit, limits);
  }

  /** Charges a call. Throws `RATE_LIMITED`, with the milliseconds to wait, when the caller can't afford it. */
  spend(caller: Pick<Connection, 'userId' | 'address'>, action: BudgetedAction): void {
    this.#limit.take(caller, costs[action]);
  }

  /** Charges the length of messages sent to the caller, which is known once they have been read. */
  chargeMessages(caller: Connection, messages: readonly WeighedText[]): void {
    this.#limit.charge(caller, unitsOf(messages));
  }

  /** Charges the length of an answer, which is known once it has been read. */
  chargeText(caller: Connection, chars: number): void {
    this.#limit.charge(caller, chars / charsPerUnit);
  }
}
