import { useMemo, useSyncExternalStore } from 'react';
import type { RoomTarget } from '../index.ts';
import { useClient } from './EarshotProvider.ts';
import { RoomHandle } from './roomHandle.ts';
import type { RoomView } from './roomView.ts';

export interface UseRoomOptions {
  /** How many of the newest messages to begin with, 0 to 100; 50 when left out. Of components that share a room the first one decides. */
  history?: number;
}

/**
 * Joins a room and watches it while the component is mounted; null for none. Targets are compared by value, and
 * components that ask for the same one share it. With another target the view starts anew: it never shows one room's
 * messages as another's. The user stays a member after unmounting; `leave` ends that.
 */
export function useRoom(target: RoomTarget | null, { history }: UseRoomOptions = {}): RoomView {
  const client = useClient();
  const same = useSameTarget(target);
  const room = useMemo(() => new RoomHandle({ client, target: same, history }), [client, same, history]);
  const state = useSyncExternalStore(room.subscribe, room.get, room.getInitial);
  return useMemo(() => ({ ...state, ...room.actions }), [state, room]);
}

/** The same object while the target means the same. */
function useSameTarget(target: RoomTarget | null): RoomTarget | null {
  const roomId = target !== null && 'roomId' in target ? target.roomId : null;
  const place = target !== null && 'location' in target ? target : null;
  const { latitude, longitude } = place?.location ?? {};
  const searchRadius = place?.searchRadius;
  return useMemo(() => {
    if (roomId !== null) return { roomId };
    if (latitude === undefined || longitude === undefined) return null;
    return { location: { latitude, longitude }, ...(searchRadius !== undefined && { searchRadius }) };
  }, [roomId, latitude, longitude, searchRadius]);
}
