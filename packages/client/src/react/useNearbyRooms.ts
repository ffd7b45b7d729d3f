import { skipToken, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { isRecord } from '../errors.ts';
import { asEarshotError, type EarshotClientError, type Location, type NearbyQuery, type NearbyRoom } from '../index.ts';
import { useProvided } from './EarshotProvider.ts';
import { nearbyKey } from './nearbyQuery.ts';
import { useNearbyWatch } from './useNearbyWatch.ts';

export interface NearbyOptions {
  /** The refresh interval while the page is visible, in milliseconds. Default: 10,000. */
  refreshMs?: number;
  /**
   * Subscribes to the rooms, so that changes show within about two seconds. They are refreshed at the interval only while the subscription is
   * interrupted or refused. A connection can watch four lists; over HTTP each occupies an event stream. Default: false.
   */
  watch?: boolean;
}

export interface NearbyRooms {
  /** In the requested order. */
  readonly rooms: readonly NearbyRoom[];
  /** `idle`: there is no location. `failed`: the last query failed, and `rooms` may have earlier results. */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  readonly error: EarshotClientError | null;
  /** Refreshes now. */
  readonly refresh: () => void;
}

const noRooms: readonly NearbyRoom[] = [];

/** Returns the rooms near a location, refreshed at an interval or watched; null for none. Locations are compared by value. */
export function useNearbyRooms(
  query: NearbyQuery | null,
  { refreshMs = 10_000, watch = false }: NearbyOptions = {},
): NearbyRooms {
  const { client, queryClient } = useProvided();
  const isLive = useNearbyWatch(watch ? query : null);
  const isIdle = query === null;
  const canQuery = client !== null && !isIdle;
  const queryKey = nearbyKey(query);
  const cached = () => queryClient.getQueryData<readonly NearbyRoom[]>(queryKey);
  const found = useQuery<readonly NearbyRoom[]>(
    {
      queryKey,
      queryFn: canQuery
        ? async ({ signal }) => {
            const before = cached();
            const rooms = await client.trpc.rooms.nearby.query(query, { signal });
            const current = cached();
            // A list that the subscription delivered meanwhile is newer than this answer.
            return current === undefined || current === before ? rooms : current;
          }
        : skipToken,
      refetchInterval: isLive ? false : refreshMs,
      // The server may be reachable even if the browser considers itself offline.
      networkMode: 'always',
      retry: (failures, cause) => failures < 3 && asEarshotError(cause).retry !== 'no',
      placeholderData: (rooms, previous) =>
        query && isNear(query.location, previous?.queryKey[2]) ? rooms : undefined,
    },
    queryClient,
  );
  const { data = noRooms, error, refetch } = found;
  const status = isIdle ? 'idle' : isLive && found.data !== undefined ? 'ready' : statuses[found.status];
  const refresh = useCallback(() => void (canQuery && refetch()), [canQuery, refetch]);
  return useMemo(() => {
    const known = error === null || status === 'ready' ? null : asEarshotError(error);
    return { rooms: data, status, error: known, refresh };
  }, [data, status, error, refresh]);
}

const statuses = { pending: 'loading', success: 'ready', error: 'failed' } as const;

/** About a kilometre. */
const nearDegrees = 0.01;

/** Whether an earlier query was for about the same location. Its rooms are shown until the new ones arrive. */
function isNear({ latitude, longitude }: Location, previous: unknown): boolean {
  if (!isRecord(previous) || !isRecord(previous.location)) return false;
  const difference = (from: unknown, to: number) => Math.abs(Number(from) - to);
  return (
    Math.max(difference(previous.location.latitude, latitude), difference(previous.location.longitude, longitude)) <=
    nearDegrees
  );
}
