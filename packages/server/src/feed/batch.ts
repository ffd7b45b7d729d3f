import { emptyPosition, type Position, type RoomEvent } from '@earshot/shared';
import { isChange } from './envelope.ts';
import type { Entry, Ring } from './ring.ts';

/** Makes the text of an event, which is the same for all sinks that share the codec. */
export interface Codec {
  /** `position`: what a watcher resumes from after the event. Null where there is nothing to tell. */
  encode(event: RoomEvent, position: Position): string | null;
}

/** What the ring got since all watchers were given everything. */
export class Batch {
  readonly offset: number;
  readonly entries: Entry[] = [];
  /** The lowest place of a message in it; 0 when there is something else in it than changes. */
  plainFrom = Number.POSITIVE_INFINITY;
  /** Where the log is before each entry, and after all. */
  readonly #positions: Position[];
  readonly #texts = new Map<Codec, (string | null)[]>();

  constructor(ring: Ring, offset: number, position: Position) {
    this.offset = offset;
    this.#positions = [position];
    for (let entry = ring.at(offset); entry; entry = ring.at(offset + this.entries.length)) {
      this.entries.push(entry);
      this.plainFrom = Math.min(this.plainFrom, isChange(entry.event) ? entry.event.message.seq : 0);
      this.#positions.push(entry.position ?? this.positionBefore(this.entries.length - 1));
    }
  }

  positionBefore(index: number): Position {
    return this.#positions[index] ?? emptyPosition;
  }

  texts(codec: Codec): (string | null)[] {
    const known = this.#texts.get(codec);
    if (known) return known;
    const texts = this.entries.map(({ event }, i) =>
      event.type === 'member.left' ? null : codec.encode(event, this.positionBefore(i + 1)),
    );
    this.#texts.set(codec, texts);
    return texts;
  }
}
