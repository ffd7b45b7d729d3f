import type { Room } from '@earshot/client';
import { useEffect, useMemo } from 'react';
import { roomTitle } from '../location/roomTitle.ts';
import { useText } from '../text/useText.ts';
import { readRoomData, writeRoomData } from './roomStorage.ts';

/**
 * The title of an open room. It is known before the server sends the name, and without a network, if this browser has
 * shown the room before.
 */
export function useKnownTitle(roomId: string | null, room: Room | null): string | null {
  const { radar } = useText();
  const name = room?.name ?? null;
  const storedName = useMemo(() => (roomId === null ? null : readRoomData('name', roomId)), [roomId]);
  useEffect(() => {
    if (roomId !== null && name !== null) writeRoomData('name', roomId, name);
  }, [roomId, name]);
  const known = name ?? storedName;
  return known === null ? null : roomTitle(known, radar);
}

/** A room's name in the language of the page, as in the list of rooms; null while there is no room. */
export function useRoomTitle(room: Room | null): string | null {
  const { radar } = useText();
  return room === null ? null : roomTitle(room.name, radar);
}
