import { emptyPosition, type Position } from '@earshot/shared';
import { type FeedEvent, isChange } from './envelope.ts';
import { inPieces, type Piece } from './pieces.ts';
import { forReader } from './replay.ts';
import { type Entry, hidesNew, type Ring } from './ring.ts';
import type { Sink } from './seat.ts';

/** Makes the text of an event, which is the same for all sinks that share the codec. */
export interface Codec {
  /** `position`: what a watcher resumes from after the event. Null where there is nothing to tell. */
  encode(event: FeedEvent, position: Position): string | null;
}

interface BatchStart {
  offset: number;
  /** Where the log is before the first entry. */
  position: Position;
  /** Entries at most. */
  max: number;
}

const nothing = new Uint8Array(0);

/** What the ring got since watchers were given everything. */
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
  /** By the keys of sinks; undefined where an event can't be encoded. */
  readonly #pieces = new Map<string, readonly Piece[] | undefined>();

  constructor(ring: Ring, { offset, position, max }: BatchStart) {
    this.offset = offset;
    this.#positions = [position];
    const unseen = new Set<number>();
    for (let entry = ring.at(offset); entry; entry = ring.at(this.end)) {
      if (this.entries.length === max) break;
      this.entries.push(entry);
      this.plainFrom = Math.min(this.plainFrom, isChange(entry.event) ? entry.event.message.seq : 0);
      this.#events.push(eventOf(entry, unseen));
      this.#positions.push(entry.position ?? this.positionBefore(this.entries.length - 1));
    }
  }

  /** The offset after the last entry. */
  get end(): number {
    return this.offset + this.entries.length;
  }

  positionBefore(index: number): Position {
    return this.#positions[index] ?? emptyPosition;
  }

  /** The entries as all sinks of that key get them; undefined where one can't be encoded: watchers will meet the error, each its own. */
  pieces(sink: Sink): readonly Piece[] | undefined {
    const { key } = sink;
    if (!this.#pieces.has(key)) this.#pieces.set(key, this.#framed(sink));
    return this.#pieces.get(key);
  }

  #framed(sink: Sink): readonly Piece[] | undefined {
    try {
      return inPieces(this.texts(sink.codec).map((text) => (text === null ? nothing : sink.frame(text))));
    } catch {
      return undefined;
    }
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
