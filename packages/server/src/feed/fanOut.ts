import { Batch, type Codec } from './batch.ts';
import { inPieces, joined, type Piece } from './pieces.ts';
import type { Cursor, Entry, Ring } from './ring.ts';
import type { Signal } from './stop.ts';

/** Where one watcher is written to. */
export interface Sink {
  readonly codec: Codec;
  /** Sinks with equal keys get the very same bytes. */
  readonly key: string;
  /** The text as whole frames. */
  frame(text: string): Uint8Array;
  /** Takes bytes of whole frames. False when too much is unsent: then nothing was taken. */
  write(bytes: Uint8Array): boolean;
}

/** A watcher that has been given all there is. */
export interface Passenger {
  /** Where it stands: at the ring's end, and at the number of the ring's last change. */
  cursor: Cursor;
  sink: Sink;
  /** That an event is to this watcher something else than to all, or more than bytes: it gets off before it. `now`: ms. */
  isParticular: (entry: Entry, now: number) => boolean;
  /**
   * Until then (ms), no change to a message of a later place than this one is particular. It spares asking each of many
   * thousands about each entry, which costs more than all else that is not the write itself.
   */
  plainUntil: number;
  plainAfter: number;
}

/** A passenger on board. What each event looks at stands here: one more object to follow costs a miss of the cache each time. */
class Seat {
  readonly passenger: Passenger;
  readonly sink: Sink;
  readonly plainUntil: number;
  readonly plainAfter: number;
  readonly #signal: Signal;
  readonly #remove: (seat: Seat) => void;
  readonly #ended: () => void;

  constructor(passenger: Passenger, on: { signal: Signal; remove: (seat: Seat) => void; ended: () => void }) {
    this.passenger = passenger;
    this.sink = passenger.sink;
    this.plainUntil = passenger.plainUntil;
    this.plainAfter = passenger.plainAfter;
    this.#signal = on.signal;
    this.#remove = on.remove;
    this.#ended = on.ended;
    this.#signal.addEventListener('abort', this);
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.leave();
  }

  leave(): void {
    this.#signal.removeEventListener('abort', this);
    this.#remove(this);
    queueMicrotask(this.#ended); // the others are served first
  }
}

/**
 * Writes the events of one feed to all watchers that are up to date, as one step: each event is encoded once, framed
 * once for each key in use, and what comes in one turn of the event loop is one write to each sink, or few large ones. A watcher for whom
 * this will not do (its sink is full, an event is particular) gets off with its cursor after what it was given, goes on
 * by itself, and comes back when it is up to date again.
 */
export class FanOut {
  readonly #ring: Ring;
  readonly #batchMax: number;
  readonly #groups = new Map<string, Set<Seat>>();
  readonly #remove = (seat: Seat) => this.#takeOff(seat);
  /** Where all watchers here stand. */
  #offset = 0;
  #seq = 0;
  #due: NodeJS.Immediate | undefined;

  constructor(ring: Ring) {
    this.#ring = ring;
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
    if (signal.aborted || !passenger.cursor.isAtEnd(this.#ring)) {
      queueMicrotask(ended);
      return;
    }
    this.#flush();
    this.#offset = this.#ring.end;
    this.#seq = passenger.cursor.seq;
    this.#add(new Seat(passenger, { signal, remove: this.#remove, ended }));
  }

  /** To be called whenever an entry was put into the ring. */
  grown(): void {
    if (this.#groups.size === 0) return;
    // Never more than the ring holds.
    if (this.#ring.end - this.#offset >= this.#batchMax) this.#flush();
    else this.#due ??= setImmediate(() => this.#flush());
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
    if (this.#groups.size === 0) this.#cancel();
  }

  #cancel(): void {
    clearImmediate(this.#due);
    this.#due = undefined;
  }

  #flush(): void {
    this.#cancel();
    if (this.#groups.size === 0) return;
    const batch = new Batch(this.#ring, this.#offset, this.#seq);
    if (batch.entries.length === 0) return;
    this.#offset = this.#ring.end;
    this.#seq = batch.seqBefore(batch.entries.length);
    for (const group of this.#groups.values()) serve(group, batch);
  }
}

/** Entries that are due before they are written, whatever else goes on. */
const batchMax = 64;

function serve(group: Set<Seat>, batch: Batch): void {
  const [first] = group;
  const frames = first && framesFor(first.sink, batch);
  const pieces = frames && inPieces(frames);
  const now = Date.now();
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
  seat.passenger.cursor.moveTo(batch.offset + given, batch.seqBefore(given));
  seat.leave();
}
