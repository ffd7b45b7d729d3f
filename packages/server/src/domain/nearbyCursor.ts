import { EarshotError } from '@earshot/shared';
import { isCell } from '../cells.ts';
import { formatRoomId, parseRoomId } from './roomIdText.ts';

/** The position from which a page of nearby rooms continues. */
export interface NearbyCursor {
  /** The cell around which the first page was searched. Distances of all pages are measured from it, even if the caller has moved. */
  origin: string;
  /** The last room of the previous page, and its cell. The distance follows from the two cells. */
  cell: string;
  roomId: string;
}

export function formatNearbyCursor({ origin, cell, roomId }: NearbyCursor): string {
  return `${origin}.${cell}.${formatRoomId(roomId)}`;
}

/** Parses the result of `formatNearbyCursor`. The text must match the pattern of `nearbyPageInput`. Throws `INVALID_INPUT`. */
export function parseNearbyCursor(text: string): NearbyCursor {
  const [origin = '', cell = '', id = ''] = text.split('.');
  if (!(isCell(origin) && isCell(cell))) {
    throw new EarshotError('INVALID_INPUT', { message: 'cursor: must be the nextCursor of a page.' });
  }
  return { origin, cell, roomId: parseRoomId(id).roomId };
}
