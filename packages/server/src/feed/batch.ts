import { emptyPosition, type Position } from '@earshot/shared';
import { type FeedEvent, isChange } from './envelope.ts';
import { inPieces, type Piece } from './pieces.ts';
import { forReader } from './replay.ts';
import { type Entry, hidesNew, type Ring } from './ring.ts';
import type { Sink } from './seat.ts';

/** Encodes an event as text. All sinks that share the codec share the text. */
export interface Codec {
  /** `position`: where a watcher resumes after the event. Null if the event sends nothing to watchers. */
  encode(event: FeedEvent, position: Position): string | null;
}

interface BatchStart {
  offset: number;
  /** Position of the log before the first entry. */
  position: Position;
  /** Maximum number of entries. */
  max: number;
}

const nothing = new Uint8Array(0);

/** The entries that the ring received since a section was last written to. */
export class Batch {
  readonly offset: number;
  readonly entries: Entry[] = [];
  /** The lowest message `seq` in the batch; 0 when the batch holds anything other than changes. */
  plainFrom = Number.POSITIVE_INFINITY;
  /** The event to send for each entry; null for an entry that sends nothing. */
  readonly #events: (FeedEvent | null)[] = [];
  /** The position of the log before each entry, and after the last. */
  readonly #positions: Position[];
  readonly #texts = new Map<Codec, (string | null)[]>();
  /** By sink key; undefined if an event can't be encoded. */
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

  /**
   * The entries as all sinks with that key receive them. Undefined if one can't be encoded; each watcher then meets the error on its slow
   * path.
   */
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

/** `unseen`: `seq` of messages that are new in the batch and not yet delivered. */
function eventOf(entry: Entry, unseen: Set<number>): FeedEvent | null {
  const { event, superseded } = entry;
  if (event.type === 'member.left') return null;
  if (!isChange(event)) return event;
  if (hidesNew(entry)) unseen.add(event.message.seq);
  return superseded ? null : forReader(event, 0, unseen.delete(event.message.seq));
}
