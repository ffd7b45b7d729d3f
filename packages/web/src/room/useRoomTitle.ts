import type { Room } from '@earshot/client';
import { roomTitle } from '../radar/roomTitle.ts';
import { useText } from '../text/useText.ts';

/** A room's name in the language of the page, as the list of rooms has it; null for no room yet. */
export function useRoomTitle(room: Room | null): string | null {
  const { radar } = useText();
  return room === null ? null : roomTitle(room.name, radar);
}
