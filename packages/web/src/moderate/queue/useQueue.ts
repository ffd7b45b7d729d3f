import { asEarshotError, type EarshotClientError, type RouterInputs, type RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useCallback, useMemo, useState } from 'react';
import { removeMessage } from '../../sanctions/removeMessage.ts';
import type { Scope } from '../../sanctions/scope.ts';
import { type Loaded, useLoaded } from '../useLoaded.ts';

export type Report = RouterOutputs['reports']['list']['reports'][number];
export type Resolution = Pick<RouterInputs['reports']['resolve'], 'outcome' | 'note'>;

export interface QueueFilter {
  readonly state: 'open' | 'resolved';
  readonly kind: 'all' | 'report' | 'held';
}

interface Page {
  reports: readonly Report[];
  nextCursor: string | null;
}

/** The reports of a scope, and the actions on them. */
export function useQueue(scope: Scope, { state, kind }: QueueFilter) {
  const client = useEarshot();
  const query = useCallback(
    async (cursor?: string): Promise<Page> => {
      if (client === null) return { reports: [], nextCursor: null };
      const page = { scope, state, ...(kind !== 'all' && { kind }), ...(cursor !== undefined && { cursor }) };
      return client.trpc.reports.list.query(page);
    },
    [client, scope, state, kind],
  );
  const first: Loaded<Page> = useLoaded(useMemo(() => () => query(), [query]));
  const counts = useLoaded(
    useMemo(() => (client === null ? null : () => client.trpc.reports.count.query({ scope })), [client, scope]),
  );
  /** The further pages, and the reports that were resolved, of this first page. */
  const [more, setMore] = useState<{ of: Page | null; pages: readonly Page[]; gone: ReadonlySet<string> }>(nothing);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const { pages, gone } = more.of === first.data ? more : nothing;
  const all = first.data === null ? [] : [first.data, ...pages];
  const cursor = all.at(-1)?.nextCursor ?? null;

  async function attempt(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(asEarshotError(error));
      return false;
    }
  }

  return {
    reports: all.flatMap(({ reports }) => reports).filter(({ id }) => !gone.has(id)),
    counts: counts.data,
    isLoading: first.isLoading,
    problem: problem ?? first.problem,
    reload: () => {
      first.reload();
      counts.reload();
    },
    loadMore:
      cursor === null
        ? null
        : () =>
            attempt(async () => {
              const page = await query(cursor);
              setMore({ of: first.data, pages: [...pages, page], gone });
            }),
    /** Carries out the decision `removed`, and resolves the report. Resolves to whether it succeeded. */
    resolve: ({ id, roomId, message }: Report, resolution: Resolution) =>
      attempt(async () => {
        if (client === null) return;
        if (resolution.outcome === 'removed' && message?.id) {
          await removeMessage(client, { roomId, messageId: message.id, reason: resolution.note ?? null });
        }
        await client.trpc.reports.resolve.mutate({ reportId: id, ...resolution });
        setMore({ of: first.data, pages, gone: new Set([...gone, id]) });
        counts.reload();
      }),
  };
}

const nothing = { of: null, pages: [], gone: new Set<string>() } as const;
