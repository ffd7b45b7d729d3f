import { emptyPosition, type Position } from '@earshot/shared';
import type { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import { writeBatch } from './batchWriter.ts';
import type { EventBatch } from './eventBatch.ts';
import type { FanOutWatcher } from './fanOutWatcher.ts';
import type { Cursor, Ring } from './ring.ts';

/** Context shared by the sections of one fan-out. */
export interface SectionContext {
  readonly ring: Ring;
  readonly writeQueue: TimeSlicedQueue;
  /** Whether there are enough watchers to coalesce events in quick succession. */
  readonly shouldCoalesce: boolean;
  /** Returns the ring's next entries after `offset`, where the log was at `position`, up to the size of one write. */
  batchFrom(offset: number, position: Position): EventBatch;
  /** Called after a section was written to. */
  onSectionWritten(): void;
}

/**
 * Minimum milliseconds between two writes to a room above the coalesce threshold. A write costs a few microseconds whatever its size. The
 * delay is imperceptible, and the saving grows with the room.
 */
const coalesceMs = 10;

/**
 * A subset of one feed's watchers, small enough that writing to all of them is one short step. Each sink gets one write per tick of the
 * event loop with all its events (above the coalesce threshold, one per 10 ms).
 */
export class Section {
  readonly #context: SectionContext;
  readonly #groups = new Map<string, Set<FanOutWatcher>>();
  #size = 0;
  /** The offset up to which all watchers of the section have been written to. */
  #offset = 0;
  #position = emptyPosition;
  /** Cancels the scheduled write. */
  #cancelScheduled: (() => void) | undefined;
  /** When the last write finished, in milliseconds. */
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(context: SectionContext) {
    this.#context = context;
  }

  /** Number of attached watchers. */
  get size(): number {
    return this.#size;
  }

  /** Whether no entries are pending. */
  get isUpToDate(): boolean {
    return this.#size === 0 || this.#offset === this.#context.ring.end;
  }

  /** Delivers to a watcher at the ring's end until it is detached. */
  attach(watcher: FanOutWatcher): void {
    this.flush();
    this.#offset = this.#context.ring.end;
    this.#position = watcher.cursor.position;
    const { key } = watcher.sink;
    const group = this.#groups.get(key);
    if (group) group.add(watcher);
    else this.#groups.set(key, new Set([watcher]));
    this.#size += 1;
  }

  /** Detaches a watcher without writing its pending entries. Does nothing if it is not attached. */
  detach(watcher: FanOutWatcher): void {
    const { key } = watcher.sink;
    const group = this.#groups.get(key);
    if (!group?.delete(watcher)) return;
    this.#size -= 1;
    if (group.size === 0) this.#groups.delete(key);
    if (this.#size === 0) this.#cancelScheduledWrite();
    watcher.onDetach();
  }

  /** Called after an entry was pushed to the ring. */
  onAppend(): void {
    if (this.#size === 0) return;
    const { ring } = this.#context;
    // The next entry would evict a pending one.
    if (ring.end - this.#offset >= ring.capacity) this.#write();
    else this.#cancelScheduled ??= this.#writeSoon();
  }

  /** Writes all pending entries immediately. */
  readonly flush = (): void => {
    while (!this.isUpToDate) this.#write();
  };

  /** Detaches all watchers without writing their pending entries. */
  detachAll(): void {
    for (const group of this.#groups.values()) for (const watcher of group) this.detach(watcher);
  }

  /**
   * Schedules a write in this tick of the event loop, or later if a room above the coalesce threshold was just written to. Returns a
   * function that cancels it.
   */
  #writeSoon(): () => void {
    const { writeQueue, shouldCoalesce } = this.#context;
    const wait = shouldCoalesce ? this.#writtenAt + coalesceMs - performance.now() : 0;
    if (wait <= 0) return writeQueue.add(this.#write);
    const due = setTimeout(() => {
      this.#cancelScheduled = writeQueue.add(this.#write);
    }, wait);
    return () => clearTimeout(due);
  }

  /** Writes a batch. Schedules another tick for the remaining entries. */
  readonly #write = (): void => {
    this.#cancelScheduledWrite();
    if (this.isUpToDate) return;
    const batch = this.#context.batchFrom(this.#offset, this.#position);
    this.#offset = batch.end;
    this.#position = batch.positionBefore(batch.entries.length);
    for (const group of this.#groups.values()) this.#writeToGroup(group, batch);
    this.#writtenAt = performance.now();
    this.#context.onSectionWritten();
    if (!this.isUpToDate) this.#cancelScheduled ??= this.#context.writeQueue.add(this.#write);
  };

  #writeToGroup(group: Set<FanOutWatcher>, batch: EventBatch): void {
    const [first] = group;
    const chunks = first && batch.chunks(first.sink);
    const now = performance.now();
    for (const watcher of group) {
      const written = chunks ? writeBatch(watcher, batch, { chunks, now }) : 0;
      if (written === batch.entries.length) continue;
      moveCursor(watcher.cursor, batch, written);
      this.detach(watcher);
    }
  }

  #cancelScheduledWrite(): void {
    this.#cancelScheduled?.();
    this.#cancelScheduled = undefined;
  }
}

/** Moves the cursor of a watcher that received the first `written` entries of the batch. */
function moveCursor(cursor: Cursor, batch: EventBatch, written: number): void {
  cursor.moveTo(batch.offset + written, batch.positionBefore(written));
  cursor.advanceOver(batch.entries.slice(0, written));
}
