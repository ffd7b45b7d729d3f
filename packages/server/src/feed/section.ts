import { emptyPosition, type Position } from '@earshot/shared';
import type { Batch } from './batch.ts';
import { joined, type Piece } from './pieces.ts';
import type { Ring } from './ring.ts';
import { type Passenger, Seat, type Sink } from './seat.ts';
import type { Signal } from './stop.ts';
import type { Turn } from './turn.ts';
import type { TurnShare } from './turnShare.ts';

/** What the sections of one fan-out have in common. */
export interface SectionContext {
  readonly ring: Ring;
  readonly turn: Turn;
  readonly share: TurnShare;
  /** Whether there are so many watchers that events which follow each other fast are gathered. */
  readonly isCrowded: boolean;
  /** What the ring got after `offset`, where the log was at `position`: as much as is written at a time. */
  batchFrom(offset: number, position: Position): Batch;
  /** A section was written to. */
  written(): void;
}

/**
 * Milliseconds between two writes to a crowd. A write costs some microseconds, whatever is in it: nobody sees this wait,
 * and what it spares grows with the room.
 */
const crowdPauseMs = 10;

/**
 * Some of the watchers of one feed, so few that writing to all of them is one short step. Each event is one write to each
 * sink, together with others that come in the same turn of the event loop (to a crowd, within some milliseconds).
 */
export class Section {
  readonly #context: SectionContext;
  readonly #groups = new Map<string, Set<Seat>>();
  readonly #remove = (seat: Seat) => this.#takeOff(seat);
  #size = 0;
  /** Where all watchers here stand. */
  #offset = 0;
  #position = emptyPosition;
  /** Takes back the write that is due. */
  #cancel: (() => void) | undefined;
  /** When the last write was through, in milliseconds. */
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(context: SectionContext) {
    this.#context = context;
  }

  /** Watchers on board. */
  get size(): number {
    return this.#size;
  }

  /** Whether nothing waits to be written. */
  get isUpToDate(): boolean {
    return this.#size === 0 || this.#offset === this.#context.ring.end;
  }

  /** Serves a watcher at the ring's end until it gets off, or the signal aborts. */
  carry(passenger: Passenger, signal: Signal, ended: () => void): void {
    this.flush();
    this.#offset = this.#context.ring.end;
    this.#position = passenger.cursor.position;
    this.#add(new Seat(passenger, { signal, remove: this.#remove, ended }));
  }

  /** An entry was put into the ring. */
  grown(): void {
    if (this.#size === 0) return;
    const { ring } = this.#context;
    // The next entry would take the place of one that waits.
    if (ring.end - this.#offset >= ring.capacity) this.#write();
    else this.#cancel ??= this.#writeSoon();
  }

  /** Writes what waits, at once. */
  readonly flush = (): void => {
    while (!this.isUpToDate) this.#write();
  };

  /** All get off, with what waits to be written left unwritten. */
  dismiss(): void {
    for (const group of this.#groups.values()) for (const seat of group) seat.leave();
  }

  /** In this turn of the event loop, unless a crowd was written to a moment ago. Gives how to take it back. */
  #writeSoon(): () => void {
    const { turn, isCrowded } = this.#context;
    const wait = isCrowded ? this.#writtenAt + crowdPauseMs - performance.now() : 0;
    if (wait <= 0) return turn.add(this.#write);
    const due = setTimeout(() => {
      this.#cancel = turn.add(this.#write);
    }, wait);
    return () => clearTimeout(due);
  }

  /** Writes a batch. What is left has another turn. */
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
    this.#context.share.run(seat.ended); // the others are served first
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

/** How many entries come before the first that is particular to this watcher. */
function plainCount(seat: Seat, batch: Batch, now: number): number {
  const { entries } = batch;
  if (now < seat.plainUntil && seat.plainAfter < batch.plainFrom) return entries.length;
  try {
    const stop = entries.findIndex((entry) => seat.passenger.isParticular(entry, now));
    return stop === -1 ? entries.length : stop;
  } catch {
    return 0; // the watcher will meet the error by itself, and the others never
  }
}

/** Writes the first `count` frames. Gives how many were taken. */
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

/** The watcher was given so many entries of the batch. */
function getOff(seat: Seat, batch: Batch, given: number): void {
  const { cursor } = seat.passenger;
  cursor.moveTo(batch.offset + given, batch.positionBefore(given));
  for (const entry of batch.entries.slice(0, given)) cursor.passOver(entry);
  seat.leave();
}
