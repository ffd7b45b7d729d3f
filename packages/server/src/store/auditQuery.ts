import { type AuditEntry, type AuditPage, type AuditQuery, auditScanMax } from './audit.ts';
import { aboveAllIds, firstIdAt } from './timeOrderedId.ts';

/** The filters that have an index, the most selective ones first. */
const indexed = ['subjectUserId', 'actorId', 'roomId', 'cells', 'action'] as const;

export type IndexedFilter = (typeof indexed)[number];

/** A range of entries to read by one index, newest first, of which those that match the other filters belong to the page. */
export interface AuditScan {
  /** The field has one of the values. Null: all entries of the range. */
  by: { filter: IndexedFilter; values: readonly string[] } | null;
  /** The ids to read are at least `from`, and less than `before`. */
  from: string;
  before: string;
  limit: number;
  matches: (entry: AuditEntry) => boolean;
}

/** Decides by which index a page is read. */
export function planAuditScan({ filters, before, limit }: AuditQuery): AuditScan {
  const given = indexed.flatMap((filter) => {
    const value = filters[filter];
    return value === undefined ? [] : [{ filter, values: typeof value === 'string' ? [value] : value }];
  });
  const [by = null, ...others] = given;
  const until = filters.until ? firstIdAt(filters.until) : aboveAllIds;
  return {
    by,
    from: filters.since ? firstIdAt(filters.since) : '',
    before: before !== undefined && before < until ? before : until,
    // One more than fits into the page shows whether it is the last.
    limit: others.length === 0 ? limit + 1 : auditScanMax,
    matches: (entry) => others.every(({ filter, values }) => values.includes(fieldValue(entry, filter) ?? '')),
  };
}

function fieldValue(entry: AuditEntry, filter: IndexedFilter): string | null {
  if (filter === 'actorId') return entry.actor.userId;
  return filter === 'cells' ? entry.cell : entry[filter];
}

/** Makes the page of the entries that a scan has read. */
export function toAuditPage(read: readonly AuditEntry[], scan: AuditScan, limit: number): AuditPage {
  const found = read.filter(scan.matches);
  const entries = found.slice(0, limit);
  const last = found.length > limit ? entries.at(-1) : read.length === scan.limit ? read.at(-1) : undefined;
  return { entries, next: last?.id ?? null };
}
