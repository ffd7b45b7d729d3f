import { emptyPosition, neighbourhoodLimits, type Position } from '@earshot/shared';
import { formatRoomId, parseRoomId } from './roomIdText.ts';

interface Entry {
  position: Position;
  text: string;
}

const withoutRooms = '0';

/**
 * The position in every room of a neighbourhood. Its text is the tracked id of an event: it alone suffices to resume, on any instance and
 * at another location, and has at most `neighbourhoodLimits.idChars` characters (28 for a room with some messages).
 */
export class NeighbourhoodCursor {
  readonly #entries = new Map<string, Entry>();

  /** Parses the result of `toString`. The text must match the pattern of `neighbourhoodInput`. */
  static parse(text: string): NeighbourhoodCursor {
    const cursor = new NeighbourhoodCursor();
    if (text === withoutRooms) return cursor;
    for (const entry of text.split('.')) {
      const { roomId, rest } = parseRoomId(entry);
      cursor.set(roomId, parsePosition(rest));
    }
    return cursor;
  }

  get roomIds(): string[] {
    return [...this.#entries.keys()];
  }

  get(roomId: string): Position | undefined {
    return this.#entries.get(roomId)?.position;
  }

  set(roomId: string, position: Position): void {
    this.#entries.set(roomId, { position, text: formatRoomId(roomId) + formatPosition(position) });
  }

  /** Returns whether the cursor had the room. */
  delete(roomId: string): boolean {
    return this.#entries.delete(roomId);
  }

  toString(): string {
    return Array.from(this.#entries.values(), ({ text }) => text).join('.') || withoutRooms;
  }
}

/** Characters of the longest position and of the dot before the next room. */
const positionChars = 22;

/** The first of the rooms, as many as the text of a cursor has space for. Only rooms named by legacy clients have long ids. */
export function fittingRooms<T>(rooms: readonly T[], idOf: (room: T) => string): T[] {
  let chars = 0;
  return rooms.slice(0, neighbourhoodLimits.rooms).filter((room) => {
    chars += formatRoomId(idOf(room)).length + positionChars;
    return chars <= neighbourhoodLimits.idChars;
  });
}

function formatPosition({ seq, time }: Position): string {
  return seq === 0 ? '' : `${seq.toString(36)}-${time.toString(36)}`;
}

function parsePosition(text: string): Position {
  if (text === '') return emptyPosition;
  const [seq = '', time = ''] = text.split('-');
  return { seq: Number.parseInt(seq, 36), time: Number.parseInt(time, 36) };
}
