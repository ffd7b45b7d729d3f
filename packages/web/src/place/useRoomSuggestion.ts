import { type NearbyQuery, useNearbyRooms } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Position } from './position.ts';
import { decline, type RoomSuggestion, type SuggestionState, updateSuggestion } from './roomSuggestion.ts';

/** The greatest radius in metres and the greatest number of rooms that a search allows. */
const radius = 10_000;
const limit = limits.nearbyMax;
const refreshMs = 30_000;
/** Metres: a fix less accurate than this is ignored. */
const vague = 1_000;

/** What the shared position suggests to the user of the open room, and how to decline it. */
export function useRoomSuggestion(
  position: Position,
  roomId: string | null,
): { suggestion: RoomSuggestion | null; stay: () => void } {
  const [state, setMoving] = useState<SuggestionState | null>(null);
  const found = position.status === 'granted' && position.accuracy <= vague ? position.location : null;
  // Three decimals, about a hundred metres, so that not every step causes a request.
  const latitude = found && Math.round(found.latitude * 1_000) / 1_000;
  const longitude = found && Math.round(found.longitude * 1_000) / 1_000;
  const query = useMemo<NearbyQuery | null>(
    () =>
      roomId === null || latitude === null || longitude === null
        ? null
        : { location: { latitude, longitude }, radius, limit },
    [roomId, latitude, longitude],
  );
  const { rooms, status } = useNearbyRooms(query, { refreshMs });

  useEffect(() => {
    if (roomId === null || query === null || status !== 'ready') return;
    setMoving((before) =>
      updateSuggestion(before, { roomId, location: query.location, rooms, isCut: rooms.length >= limit }),
    );
  }, [roomId, query, status, rooms]);

  const stay = useCallback(() => setMoving((now) => now && decline(now)), []);
  return { suggestion: state?.roomId === roomId ? (state?.suggestion ?? null) : null, stay };
}
