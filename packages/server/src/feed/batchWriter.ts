import { type Chunk, concat, type EventBatch } from './eventBatch.ts';
import type { FeedEntry } from './ring.ts';
import { intersect } from './usersOf.ts';
import type { Sink, Watcher } from './watcher.ts';

/** What the writer of a batch needs of a watcher. */
export interface BatchReceiver {
  readonly sink: Sink;
  /**
   * Until this time (from `performance.now()`), no change to a message with a `seq` above `fastPathAfterSeq` needs the slow path, unless it is of
   * `hiddenUsers`.
   */
  readonly fastPathUntil: number;
  readonly fastPathAfterSeq: number;
  /** The users whose events the watcher hides; undefined: none. */
  readonly hiddenUsers: ReadonlySet<string> | undefined;
  readonly watcher: Pick<Watcher, 'needsSlowPath' | 'hides'>;
}

interface Frames {
  chunks: readonly Chunk[];
  now: number;
}

/** Writes the entries before the first that needs this watcher's slow path, without hidden ones. Returns their number. */
export function writeBatch(receiver: BatchReceiver, batch: EventBatch, { chunks, now }: Frames): number {
  const { length } = batch.entries;
  const { hiddenUsers } = receiver;
  const concernsHidden = hiddenUsers !== undefined && intersect(hiddenUsers, batch.userIds);
  if (!concernsHidden && now < receiver.fastPathUntil && receiver.fastPathAfterSeq < batch.minSeq) {
    return writeChunks(receiver.sink, chunks, { count: length });
  }
  try {
    const hidden = concernsHidden ? hiddenIndexes(receiver, batch) : undefined;
    const stop = batch.entries.findIndex((entry, i) => !hidden?.has(i) && needsSlowPath(receiver, entry, now));
    return writeChunks(receiver.sink, chunks, { count: stop === -1 ? length : stop, hidden });
  } catch {
    return 0; // the slow path reports the error; the others are unaffected
  }
}

/** Whether the receiver needs the event in a different form, or needs more than its bytes. `now`: from `performance.now()`. */
export function needsSlowPath({ watcher, fastPathAfterSeq }: BatchReceiver, entry: FeedEntry, now: number): boolean {
  const { event, fromConnectionId } = entry;
  if (event.type === 'message.created' && event.message.seq <= fastPathAfterSeq) return true;
  return watcher.needsSlowPath?.(event, fromConnectionId, now) === true;
}

/** Returns the indexes of the entries that the watcher does not receive; undefined if it receives all of them. */
function hiddenIndexes({ watcher }: BatchReceiver, { events }: EventBatch): ReadonlySet<number> | undefined {
  let hidden: Set<number> | undefined;
  for (const [i, event] of events.entries()) {
    if (event === null || !watcher.hides?.(event)) continue;
    hidden ??= new Set();
    hidden.add(i);
  }
  return hidden;
}

/** Writes the first `count` frames, without hidden ones. Returns the number of frames taken, with the hidden ones among them. */
function writeChunks(
  sink: Sink,
  chunks: readonly Chunk[],
  { count, hidden }: { count: number; hidden?: ReadonlySet<number> | undefined },
): number {
  let written = 0;
  for (const { frames, bytes } of chunks) {
    const left = count - written;
    if (left === 0) break;
    const isWhole = frames.length <= left;
    const begin = written;
    const taken = () => frames.slice(0, left).filter((_, i) => !hidden?.has(begin + i));
    if (!write(sink, isWhole && hidden === undefined ? bytes : concat(taken()))) break;
    written += isWhole ? frames.length : left;
  }
  return written;
}

function write(sink: Sink, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return true;
  try {
    return sink.write(bytes);
  } catch {
    return false;
  }
}
