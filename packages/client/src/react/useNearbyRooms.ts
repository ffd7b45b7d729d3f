import { skipToken, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { isRecord } from '../errors.ts';
import { asEarshotError, type EarshotClientError, type Location, type NearbyOrder, type NearbyRoom } from '../index.ts';
import { useProvided } from './EarshotProvider.ts';

export interface NearbyQuery {
  location: Location;
  /** Metres, at most 50,000. */
  radius?: number;
  /** The most rooms to return, up to 100. Default: 20. */
  limit?: number;
  /** `lively`: of the nearest 100 rooms those with the most users first, then those with the latest message. Default: `near`. */
  order?: NearbyOrder;
}

export interface NearbyOptions {
  /** The refresh interval while the page is visible, in milliseconds. Default: 10,000. */
  refreshMs?: number;
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

/** Returns the rooms near a location, refreshed at an interval; null for none. Locations are compared by value. */
export function useNearbyRooms(query: NearbyQuery | null, { refreshMs = 10_000 }: NearbyOptions = {}): NearbyRooms {
  const { client, queryClient } = useProvided();
  const isIdle = query === null;
  const canQuery = client !== null && !isIdle;
  const found = useQuery(
    {
      queryKey: ['earshot', 'rooms.nearby', query],
      queryFn: canQuery ? ({ signal }) => client.trpc.rooms.nearby.query(query, { signal }) : skipToken,
      refetchInterval: refreshMs,
      // The server may be reachable even if the browser considers itself offline.
      networkMode: 'always',
      retry: (failures, cause) => failures < 3 && asEarshotError(cause).retry !== 'no',
      placeholderData: (rooms, previous) =>
        query && isNear(query.location, previous?.queryKey[2]) ? rooms : undefined,
    },
    queryClient,
  );
  const { data = noRooms, status, error, refetch } = found;
  const refresh = useCallback(() => void (canQuery && refetch()), [canQuery, refetch]);
  return useMemo(() => {
    const known = error === null ? null : asEarshotError(error);
    return { rooms: data, status: isIdle ? 'idle' : statuses[status], error: known, refresh };
  }, [data, status, error, refresh, isIdle]);
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
