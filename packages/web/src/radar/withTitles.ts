import type { NearbyRoom } from '@earshot/client';
import { distinctLabels } from '@earshot/shared';
import { roomTitle } from '../location/roomTitle.ts';
import type { Text } from '../text/en.ts';

/** Returns the rooms with their titles as names, in the language of the texts. No two of them read the same. */
export function withTitles(rooms: readonly NearbyRoom[], text: Text['radar']): NearbyRoom[] {
  const titles = distinctLabels(rooms, (room) => roomTitle(room, text));
  return rooms.map((room, i) => ({ ...room, name: titles[i] ?? room.name }));
}
