import { useEffect, useMemo, useState } from 'react';
import { type NearbyQuery, watchNearby } from '../index.ts';
import { useProvided } from './EarshotProvider.ts';
import { nearbyKey } from './nearbyQuery.ts';

/**
 * Writes the rooms around a location into the query cache, and again whenever they change. Returns whether it does: false without a query,
 * and while the subscription is interrupted or refused.
 */
export function useNearbyWatch(query: NearbyQuery | null): boolean {
  const { client, queryClient } = useProvided();
  // biome-ignore lint/correctness/useExhaustiveDependencies: queries are compared by value
  const watched = useMemo(() => query, [JSON.stringify(query)]);
  /** The query whose subscription is live. */
  const [live, setLive] = useState<NearbyQuery | null>(null);
  useEffect(() => {
    if (client === null || watched === null) return;
    const stop = watchNearby(client, watched, {
      onList: ({ rooms }) => queryClient.setQueryData(nearbyKey(watched), rooms),
      onLive: (isLive) => setLive(isLive ? watched : null),
    });
    return () => {
      stop();
      setLive(null);
    };
  }, [client, queryClient, watched]);
  return watched !== null && live === watched;
}
