import { emptyPosition, neighbourhoodLimits, type Position } from '@earshot/shared';
import { LatestEntries } from '../async/latestEntries.ts';
import { formatRoomId, parseRoomId } from './roomIdText.ts';

/** The text of a cursor before a change, and after it. */
interface Step {
  before: string;
  after: string;
}

/**
 * The step that a cursor made last with each of the latest changes. All watchers of a neighbourhood who are up to date make the same
 * steps, so the first of them computes the text, and all share it.
 */
const steps = new LatestEntries<object, Step>(256);

const withoutRooms = '0';

/**
 * The position in every room of a neighbourhood. Its text is the tracked id of an event: it alone suffices to resume, on any instance and
 * at another location, and has at most `neighbourhoodLimits.idChars` characters (28 for a room with some messages).
 */
export class NeighbourhoodCursor {
  readonly #positions = new Map<string, Position>();
  #text: string | null = null;

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
    return [...this.#positions.keys()];
  }

  get(roomId: string): Position | undefined {
    return this.#positions.get(roomId);
  }

  set(roomId: string, position: Position): void {
    this.#positions.set(roomId, position);
    this.#text = null;
  }

  /** Sets the position after a change. The same change always has the same position. */
  advance(roomId: string, position: Position, change: object): void {
    const before = this.toString();
    this.set(roomId, position);
    const step = steps.get(change);
    if (step?.before === before) this.#text = step.after;
    else steps.set(change, { before, after: this.toString() });
  }

  /** Returns whether the cursor had the room. */
  delete(roomId: string): boolean {
    this.#text = null;
    return this.#positions.delete(roomId);
  }

  /** Rooms are in the order of their texts, so that equal cursors have equal texts. */
  toString(): string {
    this.#text ??= this.#format();
    return this.#text;
  }

  #format(): string {
    const entries = Array.from(this.#positions, ([id, position]) => formatRoomId(id) + formatPosition(position));
    return entries.sort().join('.') || withoutRooms;
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
