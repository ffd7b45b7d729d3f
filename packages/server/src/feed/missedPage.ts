import { type BatchReceiver, writeBatch } from './batchWriter.ts';
import type { EventBatch } from './eventBatch.ts';
import type { MissedChanges, Sink, Watcher } from './watcher.ts';

interface MissedPageOptions {
  watcher: Watcher;
  sink: Sink;
  batch: EventBatch;
  /** The watcher has every message up to this `seq`, although the batch may contain one as created. */
  knownSeq: number;
  /** Returns whether the page is still what the watcher must receive next. */
  isNext: () => boolean;
  /** Called with the number of changes that the watcher received. */
  onWritten: (count: number) => void;
}

/** A page of changes for one watcher that missed them. */
export class MissedPage implements MissedChanges, BatchReceiver {
  readonly kind = 'missed';
  readonly sink: Sink;
  readonly fastPathAfterSeq: number;
  readonly #options: MissedPageOptions;

  constructor(options: MissedPageOptions) {
    this.sink = options.sink;
    this.fastPathAfterSeq = options.knownSeq;
    this.#options = options;
  }

  get watcher(): Watcher {
    return this.#options.watcher;
  }

  get fastPathUntil(): number {
    return this.watcher.fastPathUntil ?? 0;
  }

  get hiddenUsers(): ReadonlySet<string> | undefined {
    return this.watcher.hiddenUsers;
  }

  write(): void {
    const { batch, sink, isNext, onWritten } = this.#options;
    if (!isNext()) return;
    const chunks = batch.chunks(sink);
    onWritten(chunks ? writeBatch(this, batch, { chunks, now: performance.now() }) : 0);
  }
}
