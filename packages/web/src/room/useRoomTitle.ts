import type { Room } from '@earshot/client';
import { useEffect, useMemo } from 'react';
import { roomTitle } from '../location/roomTitle.ts';
import { useText } from '../text/useText.ts';
import { readRoomData, writeRoomData } from './roomStorage.ts';

/**
 * The title of an open room. It is known before the server sends the room, and without a network, if this browser has
 * shown the room before.
 */
export function useKnownTitle(roomId: string | null, room: Room | null): string | null {
  const title = useRoomTitle(room);
  const storedTitle = useMemo(() => (roomId === null ? null : readRoomData('name', roomId)), [roomId]);
  useEffect(() => {
    if (roomId !== null && title !== null) writeRoomData('name', roomId, title);
  }, [roomId, title]);
  return title ?? storedTitle;
}

/** A room's name in the language of the page, as in the list of rooms; null while there is no room. */
export function useRoomTitle(room: Room | null): string | null {
  const { radar } = useText();
  return room === null ? null : roomTitle(room, radar);
}
