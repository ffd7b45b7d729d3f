import { type NearbyQuery, useNearbyRooms } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { DeviceLocation } from './deviceLocation.ts';
import { decline, type RoomSuggestion, type SuggestionState, updateSuggestion } from './roomSuggestion.ts';

/** The greatest radius in metres and the greatest number of rooms that a search allows. */
const radius = 10_000;
const limit = limits.nearbyMax;
const refreshMs = 30_000;
/** Metres: a fix less accurate than this is ignored. */
const maxAccuracyMetres = 1_000;

/** Suggests another room to the user of the open room, from the device's location. */
export function useRoomSuggestion(
  deviceLocation: DeviceLocation,
  roomId: string | null,
): { suggestion: RoomSuggestion | null; decline: () => void } {
  const [state, setState] = useState<SuggestionState | null>(null);
  const fix =
    deviceLocation.status === 'granted' && deviceLocation.accuracy <= maxAccuracyMetres
      ? deviceLocation.location
      : null;
  // By value, so that not every fix causes a request.
  const latitude = fix?.latitude;
  const longitude = fix?.longitude;
  const query = useMemo<NearbyQuery | null>(
    () =>
      roomId === null || latitude === undefined || longitude === undefined
        ? null
        : { location: { latitude, longitude }, radius, limit },
    [roomId, latitude, longitude],
  );
  const { rooms, status } = useNearbyRooms(query, { refreshMs });

  useEffect(() => {
    if (roomId === null || query === null || status !== 'ready') return;
    setState((before) =>
      updateSuggestion(before, { roomId, location: query.location, rooms, isTruncated: rooms.length >= limit }),
    );
  }, [roomId, query, status, rooms]);

  const declineCurrent = useCallback(() => setState((current) => current && decline(current)), []);
  return { suggestion: state?.roomId === roomId ? (state?.suggestion ?? null) : null, decline: declineCurrent };
}
