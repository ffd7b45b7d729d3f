import { emptyPosition } from '@earshot/shared';
import { Batch } from './batch.ts';
import { inPieces, joined, type Piece } from './pieces.ts';
import type { Ring } from './ring.ts';
import { type Passenger, Seat, type Sink } from './seat.ts';
import type { Signal } from './stop.ts';
import type { Turn } from './turn.ts';

/**
 * Writes the events of one feed to all watchers that are up to date, as one step: each event is encoded once, framed
 * once for each key in use, and what comes in one turn of the event loop (to a crowd, within some milliseconds) is one
 * write to each sink, or few large ones. A watcher for whom this will not do (its sink is full, an event is particular)
 * gets off with its cursor after what it was given, goes on by itself, and comes back when it is up to date again.
 */
export class FanOut {
  readonly #ring: Ring;
  readonly #turn: Turn;
  readonly #crowd: number;
  readonly #batchMax: number;
  readonly #groups = new Map<string, Set<Seat>>();
  readonly #remove = (seat: Seat) => this.#takeOff(seat);
  /** Where all watchers here stand. */
  #offset = 0;
  #position = emptyPosition;
  #dismissed = false;
  /** Takes back the flush that is due. */
  #cancel: (() => void) | undefined;
  /** When the last flush was through, in milliseconds. */
  #flushedAt = Number.NEGATIVE_INFINITY;

  /** `crowd`: watchers from which on events that follow each other fast are gathered. */
  constructor(ring: Ring, { turn, crowd }: { turn: Turn; crowd: number }) {
    this.#ring = ring;
    this.#turn = turn;
    this.#crowd = crowd;
    this.#batchMax = Math.min(batchMax, ring.capacity);
  }

  /** Watchers on board. */
  get size(): number {
    let size = 0;
    for (const group of this.#groups.values()) size += group.size;
    return size;
  }

  /**
   * Serves a watcher until it gets off, or the signal aborts: from that moment on nothing is written to it, and `ended`
   * is called. At once, if there is something that it was not given yet.
   */
  carry(passenger: Passenger, signal: Signal, ended: () => void): void {
    if (signal.aborted || this.#dismissed || !passenger.cursor.isAtEnd(this.#ring)) {
      queueMicrotask(ended);
      return;
    }
    this.flush();
    this.#offset = this.#ring.end;
    this.#position = passenger.cursor.position;
    this.#add(new Seat(passenger, { signal, remove: this.#remove, ended }));
  }

  /** To be called whenever an entry was put into the ring. */
  grown(): void {
    if (this.#groups.size === 0) return;
    // Never more than the ring holds.
    if (this.#ring.end - this.#offset >= this.#batchMax) this.flush();
    else this.#cancel ??= this.#flushSoon();
  }

  /** In this turn of the event loop, unless a crowd was written to a moment ago. Gives how to take it back. */
  #flushSoon(): () => void {
    const flush = () => this.flush();
    const wait = this.size < this.#crowd ? 0 : this.#flushedAt + crowdPauseMs - performance.now();
    if (wait <= 0) return this.#turn.add(flush);
    const due = setTimeout(flush, wait);
    return () => clearTimeout(due);
  }

  /** Writes what waits, at once. */
  flush(): void {
    this.#takeBack();
    if (this.#groups.size === 0) return;
    const batch = new Batch(this.#ring, this.#offset, this.#position);
    if (batch.entries.length === 0) return;
    this.#offset = this.#ring.end;
    this.#position = batch.positionBefore(batch.entries.length);
    for (const group of this.#groups.values()) serve(group, batch);
    this.#flushedAt = performance.now();
  }

  /** All get off, with what waits to be written left unwritten, and nobody is served from here on. */
  dismiss(): void {
    this.#dismissed = true;
    for (const group of this.#groups.values()) for (const seat of group) seat.leave();
  }

  #add(seat: Seat): void {
    const { key } = seat.sink;
    const group = this.#groups.get(key);
    if (group) group.add(seat);
    else this.#groups.set(key, new Set([seat]));
  }

  #takeOff(seat: Seat): void {
    const { key } = seat.sink;
    const group = this.#groups.get(key);
    if (group?.delete(seat) && group.size === 0) this.#groups.delete(key);
    if (this.#groups.size === 0) this.#takeBack();
  }

  #takeBack(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** Entries that are due before they are written, whatever else goes on. */
const batchMax = 64;

/**
 * Milliseconds between two writes to a crowd. A write costs some microseconds, whatever is in it: nobody sees this wait,
 * and what it spares grows with the room.
 */
const crowdPauseMs = 10;

function serve(group: Set<Seat>, batch: Batch): void {
  const [first] = group;
  const frames = first && framesFor(first.sink, batch);
  const pieces = frames && inPieces(frames);
  const now = performance.now();
  for (const seat of group) {
    const given = pieces ? give(seat.sink, pieces, plainCount(seat, batch, now)) : 0;
    if (given < batch.entries.length) getOff(seat, batch, given);
  }
}

/** Undefined where an event can't be encoded: the watchers will meet the error by themselves, each its own. */
function framesFor(sink: Sink, batch: Batch): Uint8Array[] | undefined {
  try {
    return batch.texts(sink.codec).map((text) => (text === null ? nothing : sink.frame(text)));
  } catch {
    return undefined;
  }
}

const nothing = new Uint8Array(0);

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
