import { skipToken, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { isRecord } from '../errors.ts';
import { asEarshotError, type EarshotClientError, type Location, type NearbyRoom } from '../index.ts';
import { useProvided } from './EarshotProvider.ts';

export interface NearbyQuery {
  location: Location;
  /** Metres, at most 50,000. */
  radius?: number;
  /** At most so many rooms, 20 when left out, never more than 100. */
  limit?: number;
}

export interface NearbyOptions {
  /** How often to look again, in milliseconds, while the page is in sight: 10,000. */
  refreshMs?: number;
}

export interface NearbyRooms {
  /** Nearest first. */
  readonly rooms: readonly NearbyRoom[];
  /** `idle`: no place is given. `failed`: what `rooms` has, if anything, is from before. */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  readonly error: EarshotClientError | null;
  /** Looks again now. */
  readonly refresh: () => void;
}

const none: readonly NearbyRoom[] = [];

/** The rooms around a place, looked up again now and then; null for none. Places are compared by value. */
export function useNearbyRooms(query: NearbyQuery | null, { refreshMs = 10_000 }: NearbyOptions = {}): NearbyRooms {
  const { client, queryClient } = useProvided();
  const isIdle = query === null;
  const canAsk = client !== null && !isIdle;
  const found = useQuery(
    {
      queryKey: ['earshot', 'rooms.nearby', query],
      queryFn: canAsk ? ({ signal }) => client.trpc.rooms.nearby.query(query, { signal }) : skipToken,
      refetchInterval: refreshMs,
      // Whether this server answers does not hang on what the browser thinks of the internet.
      networkMode: 'always',
      retry: (failures, cause) => failures < 3 && asEarshotError(cause).retry !== 'no',
      placeholderData: (rooms, former) => (query && isNear(query.location, former?.queryKey[2]) ? rooms : undefined),
    },
    queryClient,
  );
  const { data = none, status, error, refetch } = found;
  const refresh = useCallback(() => void (canAsk && refetch()), [canAsk, refetch]);
  return useMemo(() => {
    const known = error === null ? null : asEarshotError(error);
    return { rooms: data, status: isIdle ? 'idle' : shown[status], error: known, refresh };
  }, [data, status, error, refresh, isIdle]);
}

const shown = { pending: 'loading', success: 'ready', error: 'failed' } as const;

/** About a kilometre. */
const nearDegrees = 0.01;

/** Whether a former query was for about the same place: its rooms may stand in, so that no step blanks the list. */
function isNear({ latitude, longitude }: Location, former: unknown): boolean {
  if (!isRecord(former) || !isRecord(former.location)) return false;
  const away = (from: unknown, to: number) => Math.abs(Number(from) - to);
  return Math.max(away(former.location.latitude, latitude), away(former.location.longitude, longitude)) <= nearDegrees;
}
