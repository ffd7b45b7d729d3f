import { asEarshotError, type EarshotClient, type EarshotClientError, type RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useEffect, useState } from 'react';
import type { AuditFilters } from './filters.ts';

export type AuditPage = RouterOutputs['moderation']['audit'];
export type AuditEntry = AuditPage['entries'][number];

/** Pages that are read in a row to fill one: a page of the server may be short before the end. */
const pagesMax = 5;

/** Reads entries that match, until there are some or the end is reached. */
async function read({ trpc }: EarshotClient, filters: AuditFilters, cursor?: string): Promise<AuditPage> {
  const entries: AuditEntry[] = [];
  let next = cursor;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await trpc.moderation.audit.query({ ...filters, ...(next !== undefined && { cursor: next }) });
    entries.push(...page.entries);
    if (page.nextCursor === null) return { entries, nextCursor: null };
    next = page.nextCursor;
    if (entries.length > 0) break;
  }
  return { entries, nextCursor: next ?? null };
}

/** The entries of the audit log that match, newest first, loaded page by page. */
export function useAudit(filters: AuditFilters) {
  const client = useEarshot();
  const [page, setPage] = useState<AuditPage | null>(null);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const [isLoading, setIsLoading] = useState(true);
  const [reloads, setReloads] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `reloads` reads again
  useEffect(() => {
    let isCurrent = true;
    if (client === null) return;
    setIsLoading(true);
    setProblem(null);
    read(client, filters)
      .then(
        (first) => isCurrent && setPage(first),
        (error) => isCurrent && setProblem(asEarshotError(error)),
      )
      .finally(() => isCurrent && setIsLoading(false));
    return () => {
      isCurrent = false;
    };
  }, [client, filters, reloads]);

  async function loadMore(): Promise<void> {
    if (client === null || isLoading || page === null || page.nextCursor === null) return;
    setIsLoading(true);
    try {
      const next = await read(client, filters, page.nextCursor);
      // Unless the filters have changed in the meantime.
      setPage((shown) => (shown === page ? { ...next, entries: [...page.entries, ...next.entries] } : shown));
      setProblem(null);
    } catch (error) {
      setProblem(asEarshotError(error));
    } finally {
      setIsLoading(false);
    }
  }

  return {
    entries: page?.entries ?? [],
    hasMore: page !== null && page.nextCursor !== null,
    isLoading,
    problem,
    loadMore,
    reload: () => setReloads((count) => count + 1),
  };
}
