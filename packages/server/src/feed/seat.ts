import type { Codec } from './batch.ts';
import type { Cursor, Entry } from './ring.ts';
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
  /** Where it stands: at the ring's end, and at the ring's last change. */
  cursor: Cursor;
  sink: Sink;
  /** That an event is to this watcher something else than to all, or more than bytes: it gets off before it. `now`: by `performance.now()`. */
  isParticular: (entry: Entry, now: number) => boolean;
  /**
   * Until then (by `performance.now()`), no change to a message of a later place than this one is particular. It spares asking each of many
   * thousands about each entry, which costs more than all else that is not the write itself.
   */
  plainUntil: number;
  plainAfter: number;
}

/** A passenger on board. What each event looks at stands here: one more object to follow costs a miss of the cache each time. */
export class Seat {
  readonly passenger: Passenger;
  readonly sink: Sink;
  readonly plainUntil: number;
  readonly plainAfter: number;
  /** For `remove` to call, in its own time. */
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

  /** The signal aborted. */
  handleEvent(): void {
    this.leave();
  }

  leave(): void {
    this.#signal.removeEventListener('abort', this);
    this.#remove(this);
  }
}
