import type { TickShares } from '../async/tickShares.ts';
import type { BatchReceiver } from './batchWriter.ts';
import type { Cursor } from './ring.ts';
import type { Handoff, Sink, Watcher } from './watcher.ts';

interface FanOutWatcherOptions {
  watcher: Watcher;
  sink: Sink;
  /** Position of the watcher: the ring's end and the ring's last change. */
  cursor: Cursor;
  /** The watcher has every message up to this `seq`. */
  knownSeq: number;
  /** The fan-out. Returns null if the watcher is not up to date. */
  fanOut: { readonly tickShares: TickShares; attach(watcher: FanOutWatcher): Attachment | null };
}

/** The part of the fan-out that a watcher is attached to. */
interface Attachment {
  /** Writes all pending entries immediately. */
  readonly flush: () => void;
  detach(watcher: FanOutWatcher): void;
}

const noFlush = () => {};

/**
 * A watcher that is up to date, and that the fan-out delivers to from `begin` on. Every event reads the public fields: following one more
 * object would cost a cache miss each time.
 */
export class FanOutWatcher implements Handoff, BatchReceiver {
  readonly kind = 'handoff';
  readonly sink: Sink;
  readonly cursor: Cursor;
  /** Comparing these two replaces a call for each entry and each of many thousands of watchers, which would cost more than the frames. */
  readonly fastPathUntil: number;
  readonly fastPathAfterSeq: number;
  readonly hiddenUsers: ReadonlySet<string> | undefined;
  readonly watcher: Watcher;
  readonly #fanOut: FanOutWatcherOptions['fanOut'];
  #attachment: Attachment | null = null;
  #onEnd: (() => void) | null = null;
  #isClosed = false;

  constructor({ watcher, sink, cursor, knownSeq, fanOut }: FanOutWatcherOptions) {
    this.sink = sink;
    this.cursor = cursor;
    this.fastPathUntil = watcher.fastPathUntil ?? 0;
    this.fastPathAfterSeq = knownSeq;
    this.hiddenUsers = watcher.hiddenUsers;
    this.watcher = watcher;
    this.#fanOut = fanOut;
  }

  get hasBegun(): boolean {
    return this.#onEnd !== null;
  }

  begin(onEnd: () => void): () => void {
    this.#onEnd = onEnd;
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

  /** Called when the fan-out has detached the watcher. The cursor stands after the last entry that was written. */
  onDetach(): void {
    if (this.#onEnd) this.#fanOut.tickShares.run(this.#onEnd); // the other watchers are written to first
  }
}
