import type { NearbyQuery } from '../index.ts';

/** The key of the rooms in the query cache. */
export const nearbyKey = (query: NearbyQuery | null) => ['earshot', 'rooms.nearby', query] as const;
