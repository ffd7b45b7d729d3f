import type { EarshotClient } from '@earshot/client';
import { auditFormats, limits } from '@earshot/shared';
import type { AuditFilters } from './filters.ts';

export type ExportFormat = keyof typeof auditFormats;

interface ExportOptions {
  readonly format: ExportFormat;
  /** Stops the export. */
  readonly signal: AbortSignal;
  /** Receives the number of entries so far. */
  readonly onProgress: (count: number) => void;
}

/**
 * Exports all entries that match into a file, newest first; null if it was stopped. Each page becomes a blob of its own, which browsers can keep
 * on disk, so the memory of the page does not grow with the log.
 */
export async function exportAudit(
  { trpc }: EarshotClient,
  filters: AuditFilters,
  { format, signal, onProgress }: ExportOptions,
): Promise<Blob | null> {
  const { head, entry } = auditFormats[format];
  const parts = [new Blob([head])];
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const query = { ...filters, limit: limits.auditMax, ...(cursor !== undefined && { cursor }) };
    const page = await trpc.moderation.audit.query(query, { signal }).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (page === null || signal.aborted) return null;
    if (page.entries.length > 0) parts.push(new Blob(page.entries.map(entry)));
    count += page.entries.length;
    onProgress(count);
    if (page.nextCursor === null) return new Blob(parts, { type: mediaTypes[format] });
    cursor = page.nextCursor;
  }
}

const mediaTypes = { csv: 'text/csv;charset=utf-8', jsonl: 'application/jsonl' } as const;

/** Offers a blob as a download. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
