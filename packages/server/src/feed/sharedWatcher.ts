import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { Codec } from './batch.ts';
import type { Cursor, FeedEntry } from './ring.ts';

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
export interface SharedWatcherInit {
  /** Position of the watcher: the ring's end and the ring's last change. */
  cursor: Cursor;
  sink: Sink;
  /**
   * Returns true if this watcher needs the event in a different form, or needs more than its bytes: the watcher is detached before it.
   * `now`: from `performance.now()`.
   */
  needsSlowPath: (entry: FeedEntry, now: number) => boolean;
  /**
   * Until this time (from `performance.now()`), no change to a message with a `seq` above `fastPathAfterSeq` needs the slow path. The check
   * replaces a call for each entry and each of many thousands of watchers, which would cost more than everything but the write itself.
   */
  fastPathUntil: number;
  fastPathAfterSeq: number;
}

/** An attached watcher. It copies the fields that every event reads: following one more object costs a cache miss each time. */
export class SharedWatcher {
  readonly init: SharedWatcherInit;
  readonly sink: Sink;
  readonly fastPathUntil: number;
  readonly fastPathAfterSeq: number;
  /** Called by `onDetach`, at a time of its choice. */
  readonly onEnd: () => void;
  readonly #signal: AbortSignalLike;
  readonly #onDetach: (watcher: SharedWatcher) => void;

  constructor(
    init: SharedWatcherInit,
    callbacks: { signal: AbortSignalLike; onDetach: (watcher: SharedWatcher) => void; onEnd: () => void },
  ) {
    this.init = init;
    this.sink = init.sink;
    this.fastPathUntil = init.fastPathUntil;
    this.fastPathAfterSeq = init.fastPathAfterSeq;
    this.#signal = callbacks.signal;
    this.#onDetach = callbacks.onDetach;
    this.onEnd = callbacks.onEnd;
    this.#signal.addEventListener('abort', this);
  }

  /** Called when the signal aborts. */
  handleEvent(): void {
    this.detach();
  }

  detach(): void {
    this.#signal.removeEventListener('abort', this);
    this.#onDetach(this);
  }
}
