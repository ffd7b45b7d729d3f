import { emptyPosition, type Position } from '@earshot/shared';
import type { Batch } from './batch.ts';
import { joined, type Piece } from './pieces.ts';
import type { Ring } from './ring.ts';
import { type Passenger, Seat, type Sink } from './seat.ts';
import type { Signal } from './stop.ts';
import type { Turn } from './turn.ts';
import type { TurnShare } from './turnShare.ts';

/** Context shared by the sections of one fan-out. */
export interface SectionContext {
  readonly ring: Ring;
  readonly turn: Turn;
  readonly share: TurnShare;
  /** Whether there are enough watchers to coalesce events in quick succession. */
  readonly isCrowded: boolean;
  /** Returns the ring's next entries after `offset`, where the log was at `position`, up to the size of one write. */
  batchFrom(offset: number, position: Position): Batch;
  /** Called after a section was written to. */
  written(): void;
}

/**
 * Minimum milliseconds between two writes to a room above the coalesce threshold. A write costs a few microseconds whatever its size. The
 * delay is imperceptible, and the saving grows with the room.
 */
const crowdPauseMs = 10;

/**
 * A subset of one feed's watchers, small enough that writing to all of them is one short step. Each sink gets one write per turn of the
 * event loop with all its events (above the coalesce threshold, one per 10 ms).
 */
export class Section {
  readonly #context: SectionContext;
  readonly #groups = new Map<string, Set<Seat>>();
  readonly #remove = (seat: Seat) => this.#takeOff(seat);
  #size = 0;
  /** The offset up to which all watchers of the section have been written to. */
  #offset = 0;
  #position = emptyPosition;
  /** Cancels the scheduled write. */
  #cancel: (() => void) | undefined;
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

  /** Delivers to a watcher at the ring's end until it is detached or the signal aborts. */
  carry(passenger: Passenger, signal: Signal, ended: () => void): void {
    this.flush();
    this.#offset = this.#context.ring.end;
    this.#position = passenger.cursor.position;
    this.#add(new Seat(passenger, { signal, remove: this.#remove, ended }));
  }

  /** Called after an entry was pushed to the ring. */
  grown(): void {
    if (this.#size === 0) return;
    const { ring } = this.#context;
    // The next entry would evict a pending one.
    if (ring.end - this.#offset >= ring.capacity) this.#write();
    else this.#cancel ??= this.#writeSoon();
  }

  /** Writes all pending entries immediately. */
  readonly flush = (): void => {
    while (!this.isUpToDate) this.#write();
  };

  /** Detaches all watchers without writing their pending entries. */
  dismiss(): void {
    for (const group of this.#groups.values()) for (const seat of group) seat.leave();
  }

  /**
   * Schedules a write in this turn of the event loop, or later if a room above the coalesce threshold was just written to. Returns a
   * function that cancels it.
   */
  #writeSoon(): () => void {
    const { turn, isCrowded } = this.#context;
    const wait = isCrowded ? this.#writtenAt + crowdPauseMs - performance.now() : 0;
    if (wait <= 0) return turn.add(this.#write);
    const due = setTimeout(() => {
      this.#cancel = turn.add(this.#write);
    }, wait);
    return () => clearTimeout(due);
  }

  /** Writes a batch. Schedules another turn for the remaining entries. */
  readonly #write = (): void => {
    this.#takeBack();
    if (this.isUpToDate) return;
    const batch = this.#context.batchFrom(this.#offset, this.#position);
    this.#offset = batch.end;
    this.#position = batch.positionBefore(batch.entries.length);
    for (const group of this.#groups.values()) serve(group, batch);
    this.#writtenAt = performance.now();
    this.#context.written();
    if (!this.isUpToDate) this.#cancel ??= this.#context.turn.add(this.#write);
  };

  #add(seat: Seat): void {
    const { key } = seat.sink;
    const group = this.#groups.get(key);
    if (group) group.add(seat);
    else this.#groups.set(key, new Set([seat]));
    this.#size += 1;
  }

  #takeOff(seat: Seat): void {
    const { key } = seat.sink;
    const group = this.#groups.get(key);
    if (group?.delete(seat)) this.#size -= 1;
    if (group?.size === 0) this.#groups.delete(key);
    if (this.#size === 0) this.#takeBack();
    this.#context.share.run(seat.ended); // the other watchers are written to first
  }

  #takeBack(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function serve(group: Set<Seat>, batch: Batch): void {
  const [first] = group;
  const pieces = first && batch.pieces(first.sink);
  const now = performance.now();
  for (const seat of group) {
    const given = pieces ? give(seat.sink, pieces, plainCount(seat, batch, now)) : 0;
    if (given < batch.entries.length) getOff(seat, batch, given);
  }
}

/** Returns the number of entries before the first that needs this watcher's slow path. */
function plainCount(seat: Seat, batch: Batch, now: number): number {
  const { entries } = batch;
  if (now < seat.plainUntil && seat.plainAfter < batch.plainFrom) return entries.length;
  try {
    const stop = entries.findIndex((entry) => seat.passenger.isParticular(entry, now));
    return stop === -1 ? entries.length : stop;
  } catch {
    return 0; // the watcher meets the error on its slow path; the others are unaffected
  }
}

/** Writes the first `count` frames. Returns the number of frames taken. */
function give(sink: Sink, pieces: readonly Piece[], count: number): number {
  let given = 0;
  for (const { frames, bytes } of pieces) {
    const left = count - given;
    if (left === 0) break;
    const isWhole = frames.length <= left;
    if (!write(sink, isWhole ? bytes : joined(frames.slice(0, left)))) break;
    given += isWhole ? frames.length : left;
  }
  return given;
}

function write(sink: Sink, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return true;
  try {
    return sink.write(bytes);
  } catch {
    return false;
  }
}

/** Detaches a watcher that received the first `written` entries of the batch. */
function getOff(seat: Seat, batch: Batch, given: number): void {
  const { cursor } = seat.passenger;
  cursor.moveTo(batch.offset + given, batch.positionBefore(given));
  for (const entry of batch.entries.slice(0, given)) cursor.passOver(entry);
  seat.leave();
}
