import { emptyPosition, type Position } from '@earshot/shared';
import { type FeedEvent, isChange } from './envelope.ts';
import { forReader } from './replay.ts';
import { type Entry, hidesNew, type Ring } from './ring.ts';

/** Makes the text of an event, which is the same for all sinks that share the codec. */
export interface Codec {
  /** `position`: what a watcher resumes from after the event. Null where there is nothing to tell. */
  encode(event: FeedEvent, position: Position): string | null;
}

/** What the ring got since all watchers were given everything. */
export class Batch {
  readonly offset: number;
  readonly entries: Entry[] = [];
  /** The lowest place of a message in it; 0 when there is something else in it than changes. */
  plainFrom = Number.POSITIVE_INFINITY;
  /** What watchers are told of each entry; null where there is nothing to tell. */
  readonly #events: (FeedEvent | null)[] = [];
  /** Where the log is before each entry, and after all. */
  readonly #positions: Position[];
  readonly #texts = new Map<Codec, (string | null)[]>();

  constructor(ring: Ring, offset: number, position: Position) {
    this.offset = offset;
    this.#positions = [position];
    const unseen = new Set<number>();
    for (let entry = ring.at(offset); entry; entry = ring.at(offset + this.entries.length)) {
      this.entries.push(entry);
      this.plainFrom = Math.min(this.plainFrom, isChange(entry.event) ? entry.event.message.seq : 0);
      this.#events.push(eventOf(entry, unseen));
      this.#positions.push(entry.position ?? this.positionBefore(this.entries.length - 1));
    }
  }

  positionBefore(index: number): Position {
    return this.#positions[index] ?? emptyPosition;
  }

  texts(codec: Codec): (string | null)[] {
    const known = this.#texts.get(codec);
    if (known) return known;
    const texts = this.#events.map((event, i) => event && codec.encode(event, this.positionBefore(i + 1)));
    this.#texts.set(codec, texts);
    return texts;
  }
}

/** `unseen`: places of messages that are new in the batch, and of which nothing was told yet. */
function eventOf(entry: Entry, unseen: Set<number>): FeedEvent | null {
  const { event, superseded } = entry;
  if (event.type === 'member.left') return null;
  if (!isChange(event)) return event;
  if (hidesNew(entry)) unseen.add(event.message.seq);
  return superseded ? null : forReader(event, 0, unseen.delete(event.message.seq));
}
