import type { User } from '@earshot/shared';

/**
 * The queue of moderators: reports of users, and messages that were held back. An item keeps the message as it was, whatever happens to it
 * afterwards.
 */
export interface ReportStore {
  /**
   * Stores an open item, or returns the same open one with `isNew: false`: a report of the same reporter about the same message or user, or a held
   * message with the same `clientMessageId`. Throws `REPORTS_FULL` if about `openMax` items of its kind are open, and `MESSAGE_REFUSED` if
   * exactly `heldOfUserMax` held messages of its author are open. Held messages that were added without this maximum neither count nor repeat.
   */
  add(report: NewReport, openMax: number, heldOfUserMax?: number): Promise<{ report: StoredReport; isNew: boolean }>;
  get(id: string): Promise<StoredReport | null>;
  /**
   * Returns a page: open items oldest first, resolved ones newest first. It has fewer items than `limit` if they are long. `next` is null only
   * at the end. Its cost depends on `limit` only.
   */
  page(filter: ReportFilter, page: ReportPageQuery): Promise<ReportPage>;
  /** Returns the number of items, or `max` if there are more. */
  count(filter: ReportFilter, max: number): Promise<number>;
  /** Returns a page of the items that a user reported, or that are about a user; newest first. */
  pageOf(user: { reporterId: string } | { subjectId: string }, page: ReportPageQuery): Promise<ReportPage>;
  /**
   * Resolves an open item, and with it the open reports about the same message, at most `resolvedPerCall`. Returns those that this call
   * resolved; none if the item is not open.
   */
  resolve(id: string, resolution: Omit<Resolution, 'at'>): Promise<StoredReport[]>;
  /** Deletes items that were resolved before that time, at most `limit`. Returns their number. */
  forget(before: Date, limit: number): Promise<number>;
  /**
   * Replaces the user's id and name by the pseudonym, and removes the user's texts, in some hundred items; held messages are deleted. Returns
   * whether there may be more. May be repeated, and continues after a crash.
   */
  erase(userId: string, pseudonym: string): Promise<boolean>;
}

/** The most items that one call of `resolve` resolves. */
export const resolvedPerCall = 100;

/** `held`: a message of which screening decided that a moderator must see it before it is sent. */
export type ReportKind = 'report' | 'held';

/**
 * The moderators who see an item: those of its room, of its area and of the server; only those of area and server; or only those of the
 * server. Moderators do not decide about reports of their own kind.
 */
export type Audience = 'room' | 'area' | 'server';

export interface NewReport {
  kind: ReportKind;
  roomId: string;
  /** The map cell of the room, if it has one. */
  cell: string | null;
  audience: Audience;
  /** The author of the message, or the user who was reported. The name is null if it is unknown. */
  subject: { userId: string; username: string | null };
  /** Null for held messages. */
  reporter: User | null;
  reason: string;
  note: string | null;
  /** The message as it was; null if a user was reported. */
  message: ReportedMessage | null;
  /** Messages around it, oldest first. */
  context: ReportedMessage[];
}

export interface ReportedMessage {
  /** Null for a held message, which is not in the room. A held change of a message has its id. */
  id: string | null;
  userId: string;
  username: string;
  content: string;
  timestamp: Date;
  editedAt: Date | null;
  deleted: boolean;
  /** For held messages: the sender's id for the message. */
  clientMessageId?: string | undefined;
}

export interface StoredReport extends NewReport {
  /** 24 hex digits, which ascend with the time: see timeOrderedId.ts. */
  id: string;
  createdAt: Date;
  /** Null while it is open. */
  resolution: Resolution | null;
  /** For held messages: the slot of its author that it takes while it is open. */
  slot?: number | undefined;
}

export interface Resolution {
  at: Date;
  by: User;
  outcome: string;
  note: string | null;
}

export interface ReportFilter {
  state: 'open' | 'resolved';
  kinds: readonly ReportKind[];
  scope: ReportScope;
  /** Leaves out the items about this user, who may be the reader. */
  exceptSubject: string | null;
}

/** `room`: the items of the room that moderators of that audience see. */
export type ReportScope =
  | { type: 'server' }
  | { type: 'area'; cells: readonly string[] }
  | { type: 'room'; roomId: string; audience: Audience };

export interface ReportPageQuery {
  /** `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

export interface ReportPage {
  reports: StoredReport[];
  next: string | null;
}
