import type { AuditDetail } from '@earshot/shared';

/**
 * The record of what moderators and operators decide. It is append-only: no method changes or deletes an entry, except that `erase` replaces
 * the identity of a user who wants to be forgotten.
 */
export interface AuditStore {
  /** Stores an entry with the current time. Resolves when it is durable. */
  append(entry: NewAuditEntry): Promise<AuditEntry>;
  /**
   * The same for a decision that is made once. Of concurrent calls with one key, on any instance, the first stores its entry; the others
   * get that entry, with `isNew: false`.
   */
  appendOnce(entry: NewAuditEntry, key: string): Promise<{ entry: AuditEntry; isNew: boolean }>;
  /**
   * Returns a page of the entries that match, newest first. Reads at most `auditScanMax` entries, so that a page costs the same whatever is
   * stored: it may have fewer entries than `limit` although more match. `next` is null only at the end.
   */
  page(query: AuditQuery): Promise<AuditPage>;
  /**
   * Replaces the user's id and name by the pseudonym in some hundred entries. Returns whether there may be more. May be repeated, and
   * continues after a crash.
   */
  erase(userId: string, pseudonym: string): Promise<boolean>;
}

/** The most entries that one page reads; by cells, so many of each cell. */
export const auditScanMax = 500;

export interface NewAuditEntry {
  /** What was decided, e.g. `ban`. */
  action: string;
  actor: AuditActor;
  /** The person concerned; null if it concerns no one person. */
  subjectUserId: string | null;
  roomId: string | null;
  /** The map cell of the room or of the area, if there is one: by it moderators of areas find the entry. */
  cell: string | null;
  /** Where it holds: `server`, `area <cell>` or `room`. How a report was resolved: whose moderators see the report. */
  scope: string;
  reason: string | null;
  /** Contains no identity of a user: `erase` does not change it. */
  detail: AuditDetail | null;
}

/** A user, or the operator who uses the command line: then the id is empty, which no user's is. */
export interface AuditActor {
  userId: string;
  username: string;
}

export interface AuditEntry extends NewAuditEntry {
  /** Ids ascend with the times of the entries: see timeOrderedId.ts. */
  id: string;
  at: Date;
}

/** Undefined filters match everything. */
export interface AuditFilters {
  actorId?: string | undefined;
  subjectUserId?: string | undefined;
  roomId?: string | undefined;
  /** The entry has one of these cells, a few. */
  cells?: readonly string[] | undefined;
  action?: string | undefined;
  /** From this time on. */
  since?: Date | undefined;
  /** Before this time. */
  until?: Date | undefined;
}

export interface AuditQuery {
  filters: AuditFilters;
  /** `next` of the page before. */
  before?: string | undefined;
  limit: number;
}

export interface AuditPage {
  entries: AuditEntry[];
  next: string | null;
}
