import { useMemo, useSyncExternalStore } from 'react';
import type { RoomTarget } from '../index.ts';
import { useClient } from './EarshotProvider.ts';
import { RoomHandle } from './roomHandle.ts';
import type { RoomView } from './roomView.ts';

export interface UseRoomOptions {
  /** The number of newest messages to start with, 0 to 100. Default: 50. The first of the components that share a room determines it. */
  history?: number;
}

/**
 * Joins a room and subscribes to it while the component is mounted; null for none. Targets are compared by value, and
 * components with the same target share the room. Another target resets the view, so messages of one room are never shown
 * in another. The user stays a member after unmounting; `leave` ends the membership.
 */
export function useRoom(target: RoomTarget | null, { history }: UseRoomOptions = {}): RoomView {
  const client = useClient();
  const stableTarget = useSameTarget(target);
  const room = useMemo(
    () => new RoomHandle({ client, target: stableTarget, history }),
    [client, stableTarget, history],
  );
  const state = useSyncExternalStore(room.subscribe, room.get, room.getInitial);
  return useMemo(() => ({ ...state, ...room.actions }), [state, room]);
}

/** Returns the same object for equal targets. */
function useSameTarget(target: RoomTarget | null): RoomTarget | null {
  const roomId = target !== null && 'roomId' in target ? target.roomId : null;
  const byLocation = target !== null && 'location' in target ? target : null;
  const { latitude, longitude } = byLocation?.location ?? {};
  const searchRadius = byLocation?.searchRadius;
  return useMemo(() => {
    if (roomId !== null) return { roomId };
    if (latitude === undefined || longitude === undefined) return null;
    return { location: { latitude, longitude }, ...(searchRadius !== undefined && { searchRadius }) };
  }, [roomId, latitude, longitude, searchRadius]);
}
