import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { asEarshotError, type BlockedUser, type EarshotClient, EarshotClientError } from '../index.ts';
import { useProvided } from './EarshotProvider.ts';

export interface BlocksView {
  /** The users that the caller blocked, the last one first; none until they are loaded. */
  readonly blocked: readonly BlockedUser[];
  /** `failed`: they could not be loaded; `error` says why. */
  readonly status: 'loading' | 'ready' | 'failed';
  readonly error: EarshotClientError | null;
  readonly isBlocked: (userId: string) => boolean;
  /**
   * Hides everything of a user from the caller: the server delivers nothing of them any more, and rooms are loaded again without them.
   * `username` is the name to show in the list. Rejects with an EarshotClientError.
   */
  readonly block: (user: { userId: string; username?: string }) => Promise<void>;
  /** Ends a block. Rejects with an EarshotClientError. */
  readonly unblock: (userId: string) => Promise<void>;
}

const queryKey = ['earshot', 'me.blocks'] as const;
const nobody: readonly BlockedUser[] = [];

/** Returns the users that the caller blocked, and actions to change them. All components share one list. */
export function useBlocks(): BlocksView {
  const { client, queryClient } = useProvided();
  const { data, error, status } = useQuery<readonly BlockedUser[]>(
    {
      queryKey,
      queryFn: client === null ? skipToken : ({ signal }) => client.trpc.me.blocks.query(undefined, { signal }),
      // The server may be reachable even if the browser considers itself offline.
      networkMode: 'always',
      retry: (failures, cause) => failures < 3 && asEarshotError(cause).retry !== 'no',
    },
    queryClient,
  );
  const actions = useMemo(() => {
    const change = async (act: (api: EarshotClient['trpc']['me']) => Promise<void>) => {
      if (client === null) throw new EarshotClientError('UNAUTHENTICATED');
      try {
        await act(client.trpc.me);
      } catch (cause) {
        throw asEarshotError(cause);
      }
      await queryClient.invalidateQueries({ queryKey });
    };
    return {
      block: (user: { userId: string; username?: string }) => change((me) => me.block.mutate(user)),
      unblock: (userId: string) => change((me) => me.unblock.mutate({ userId })),
    };
  }, [client, queryClient]);
  return useMemo(() => {
    const blocked = data ?? nobody;
    const ids = new Set(blocked.map(({ userId }) => userId));
    return {
      blocked,
      status: statuses[status],
      error: error === null ? null : asEarshotError(error),
      isBlocked: (userId) => ids.has(userId),
      ...actions,
    };
  }, [data, status, error, actions]);
}

const statuses = { pending: 'loading', success: 'ready', error: 'failed' } as const;
