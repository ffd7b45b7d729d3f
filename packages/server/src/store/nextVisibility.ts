import type { Visibility } from '@earshot/shared';
import { EarshotError, privacyLimits } from '@earshot/shared/plain';
import type { VisibilityChange } from './privacy.ts';

/** Returns where a user is listed by name after a change. For all rooms, it ends the exceptions. Throws `INVALID_INPUT` for too many of them. */
export function nextVisibility(
  { isVisible, exceptRooms }: Visibility,
  { rooms, visible }: VisibilityChange,
): Visibility {
  if (rooms === 'all') return { isVisible: visible, exceptRooms: [] };
  const others = exceptRooms.filter((roomId) => !rooms.includes(roomId));
  const next = visible === isVisible ? others : [...others, ...new Set(rooms)];
  if (next.length > privacyLimits.rooms) {
    const message = `There can be exceptions for at most ${privacyLimits.rooms} rooms.`;
    throw new EarshotError('INVALID_INPUT', { message });
  }
  return { isVisible, exceptRooms: next };
}
