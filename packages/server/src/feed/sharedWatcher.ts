import type { TickScheduler } from '../async/tickScheduler.ts';
import type { Cursor, FeedEntry } from './ring.ts';
import type { Handoff, Sink, Subscriber } from './subscriber.ts';

interface SharedWatcherOptions {
  subscriber: Subscriber;
  sink: Sink;
  /** Position of the subscriber: the ring's end and the ring's last change. */
  cursor: Cursor;
  /** The subscriber has every message up to this `seq`. */
  knownSeq: number;
  /** The fan-out. Returns null if the watcher is not up to date. */
  fanOut: { readonly scheduler: TickScheduler; attach(watcher: SharedWatcher): Attachment | null };
}

/** The part of the fan-out that a watcher is attached to. */
interface Attachment {
  /** Writes all pending entries immediately. */
  readonly flush: () => void;
  detach(watcher: SharedWatcher): void;
}

const noFlush = () => {};

/**
 * A subscriber that is up to date, and that the fan-out delivers to from `begin` on. Every event reads the public fields: following one more
 * object would cost a cache miss each time.
 */
export class SharedWatcher implements Handoff {
  readonly kind = 'handoff';
  readonly sink: Sink;
  readonly cursor: Cursor;
  /**
   * Until this time (from `performance.now()`), no change to a message with a `seq` above `fastPathAfterSeq` needs the slow path. The check
   * replaces a call for each entry and each of many thousands of watchers, which would cost more than everything but the write itself.
   */
  readonly fastPathUntil: number;
  readonly fastPathAfterSeq: number;
  readonly #subscriber: Subscriber;
  readonly #fanOut: SharedWatcherOptions['fanOut'];
  #attachment: Attachment | null = null;
  #onEnd: (() => void) | null = null;
  #isClosed = false;

  constructor({ subscriber, sink, cursor, knownSeq, fanOut }: SharedWatcherOptions) {
    this.sink = sink;
    this.cursor = cursor;
    this.fastPathUntil = subscriber.fastPathUntil ?? 0;
    this.fastPathAfterSeq = knownSeq;
    this.#subscriber = subscriber;
    this.#fanOut = fanOut;
  }

  get hasBegun(): boolean {
    return this.#onEnd !== null;
  }

  begin(ended: () => void): () => void {
    this.#onEnd = ended;
    if (!this.#isClosed) this.#attachment = this.#fanOut.attach(this);
    if (this.#attachment) return this.#attachment.flush;
    this.onDetach();
    return noFlush;
  }

  /** Ends the delivery without writing pending events. */
  close(): void {
    this.#isClosed = true;
    this.#attachment?.detach(this);
  }

  /**
   * Returns true if this subscriber needs the event in a different form, or needs more than its bytes: it is detached before the event.
   * `now`: from `performance.now()`.
   */
  needsSlowPath({ event, from }: FeedEntry, now: number): boolean {
    if (event.type === 'message.created' && event.message.seq <= this.fastPathAfterSeq) return true;
    return this.#subscriber.needsSlowPath?.(event, from, now) === true;
  }

  /** Called when the fan-out has detached the watcher. The cursor stands after the last entry that was written. */
  onDetach(): void {
    if (this.#onEnd) this.#fanOut.scheduler.run(this.#onEnd); // the other watchers are written to first
  }
}
