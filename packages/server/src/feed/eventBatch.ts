import { emptyPosition, type Position } from '@earshot/shared';
import { type FeedEvent, isChange, isInternal } from './envelope.ts';
import { toWatcherEvent } from './replay.ts';
import { type FeedEntry, hidesCreation } from './ring.ts';
import { addUsersOf } from './usersOf.ts';
import type { Codec, Sink } from './watcher.ts';

/** Frames that are written as one. */
export interface Chunk {
  frames: readonly Uint8Array[];
  bytes: Uint8Array;
}

interface EventBatchStart {
  /** The ring's offset of the first entry; 0 for entries from the store. */
  offset: number;
  /** Position of the log before the first entry. */
  position: Position;
}

const emptyFrame = new Uint8Array(0);

/** A batch of events: the entries that the ring received since a section was last written to, or those that watchers missed. */
export class EventBatch {
  readonly offset: number;
  readonly entries: readonly FeedEntry[];
  /** The lowest message `seq` in the batch; 0 when the batch holds anything other than changes. */
  minSeq = Number.POSITIVE_INFINITY;
  /** The event to send for each entry; null for an entry that sends nothing. */
  readonly events: (FeedEvent | null)[] = [];
  /** Computed when a watcher asks for it: in most rooms, nobody blocks anybody. */
  #userIds: ReadonlySet<string> | undefined;
  /** The position of the log before each entry, and after the last. */
  readonly #positions: Position[];
  readonly #texts = new Map<Codec, (string | null)[]>();
  /** By sink key; undefined if an event can't be encoded. */
  readonly #chunks = new Map<string, readonly Chunk[] | undefined>();

  constructor(entries: readonly FeedEntry[], { offset, position }: EventBatchStart) {
    this.offset = offset;
    this.entries = entries;
    this.#positions = [position];
    // Created when it is needed: most batches hide nothing, and with many rooms there is a batch for each message.
    let unseen: Set<number> | undefined;
    for (const [i, entry] of entries.entries()) {
      const { event } = entry;
      this.minSeq = Math.min(this.minSeq, isChange(event) ? event.message.seq : 0);
      if (isChange(event) && hidesCreation(entry)) unseen = (unseen ?? new Set()).add(event.message.seq);
      this.events.push(toSharedEvent(entry, unseen));
      this.#positions.push(entry.position ?? this.positionBefore(i));
    }
  }

  /** The offset after the last entry. */
  get end(): number {
    return this.offset + this.entries.length;
  }

  /** The users whom watchers see in any of the entries. */
  get userIds(): ReadonlySet<string> {
    this.#userIds ??= usersOf(this.entries);
    return this.#userIds;
  }

  positionBefore(index: number): Position {
    return this.#positions[index] ?? emptyPosition;
  }

  /**
   * The entries as all sinks with that key receive them. Undefined if one can't be encoded; each watcher's slow path
   * then reports the error.
   */
  chunks(sink: Sink): readonly Chunk[] | undefined {
    const { key } = sink;
    if (!this.#chunks.has(key)) this.#chunks.set(key, this.#encodeFrames(sink));
    return this.#chunks.get(key);
  }

  #encodeFrames(sink: Sink): readonly Chunk[] | undefined {
    try {
      return chunkFrames(this.texts(sink.codec).map((text) => (text === null ? emptyFrame : sink.frame(text))));
    } catch {
      return undefined;
    }
  }

  texts(codec: Codec): (string | null)[] {
    const cached = this.#texts.get(codec);
    if (cached) return cached;
    const texts = this.events.map((event, i) => event && codec.encode(event, this.positionBefore(i + 1)));
    this.#texts.set(codec, texts);
    return texts;
  }
}

function usersOf(entries: readonly FeedEntry[]): ReadonlySet<string> {
  const userIds = new Set<string>();
  for (const { event } of entries) addUsersOf(event, userIds);
  return userIds;
}

/** `unseen`: `seq` of messages that are new in the batch and not yet delivered. */
function toSharedEvent({ event, superseded }: FeedEntry, unseen: Set<number> | undefined): FeedEvent | null {
  if (isInternal(event)) return null;
  if (!isChange(event)) return event;
  return superseded ? null : toWatcherEvent(event, 0, unseen?.delete(event.message.seq));
}

/** Bytes. A sink's unsent data exceeds its own bound by at most one write, so this bounds the size of a write. */
const chunkMaxBytes = 256 * 1024;

/** Concatenates frames into few chunks. A chunk exceeds 256 KiB only if it is a single frame. */
function chunkFrames(frames: readonly Uint8Array[]): Chunk[] {
  const chunks: Chunk[] = [];
  let begin = 0;
  let length = 0;
  for (const [at, frame] of frames.entries()) {
    if (length > 0 && length + frame.length > chunkMaxBytes) {
      chunks.push(toChunk(frames.slice(begin, at)));
      begin = at;
      length = 0;
    }
    length += frame.length;
  }
  chunks.push(toChunk(frames.slice(begin)));
  return chunks;
}

const toChunk = (frames: readonly Uint8Array[]): Chunk => ({ frames, bytes: concat(frames) });

/**
 * Concatenates the frames in memory of their own. They may stay unsent for long, and a slice of Node's shared 64 KiB pool would keep the
 * whole pool alive: many times the size that the sink counts.
 */
export function concat(frames: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(frames.reduce((length, frame) => length + frame.length, 0));
  let end = 0;
  for (const frame of frames) {
    whole.set(frame, end);
    end += frame.length;
  }
  return whole;
}
