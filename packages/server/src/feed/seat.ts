import type { Codec } from './batch.ts';
import type { Cursor, Entry } from './ring.ts';
import type { Signal } from './stop.ts';

/** The output of one watcher. */
export interface Sink {
  readonly codec: Codec;
  /** Sinks with equal keys receive identical bytes. */
  readonly key: string;
  /** Encodes the text as whole frames. */
  frame(text: string): Uint8Array;
  /** Writes bytes of whole frames. Returns false, and writes nothing, when too many bytes are unsent. */
  write(bytes: Uint8Array): boolean;
}

/** A watcher that is up to date. */
export interface Passenger {
  /** Position of the watcher: the ring's end and the ring's last change. */
  cursor: Cursor;
  sink: Sink;
  /**
   * Returns true if this watcher needs the event in a different form, or needs more than its bytes: the watcher is detached before it.
   * `now`: from `performance.now()`.
   */
  isParticular: (entry: Entry, now: number) => boolean;
  /**
   * Until this time (from `performance.now()`), no change to a message with a `seq` above `fastPathAfterSeq` needs the slow path. The check
   * replaces a call for each entry and each of many thousands of watchers, which would cost more than everything but the write itself.
   */
  plainUntil: number;
  plainAfter: number;
}

/** An attached watcher. It copies the fields that every event reads: following one more object costs a cache miss each time. */
export class Seat {
  readonly passenger: Passenger;
  readonly sink: Sink;
  readonly plainUntil: number;
  readonly plainAfter: number;
  /** Called by `onDetach`, at a time of its choice. */
  readonly ended: () => void;
  readonly #signal: Signal;
  readonly #remove: (seat: Seat) => void;

  constructor(passenger: Passenger, on: { signal: Signal; remove: (seat: Seat) => void; ended: () => void }) {
    this.passenger = passenger;
    this.sink = passenger.sink;
    this.plainUntil = passenger.plainUntil;
    this.plainAfter = passenger.plainAfter;
    this.#signal = on.signal;
    this.#remove = on.remove;
    this.ended = on.ended;
    this.#signal.addEventListener('abort', this);
  }

  /** Called when the signal aborts. */
  handleEvent(): void {
    this.leave();
  }

  leave(): void {
    this.#signal.removeEventListener('abort', this);
    this.#remove(this);
  }
}
