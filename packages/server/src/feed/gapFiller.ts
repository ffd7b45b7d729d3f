import { positionOf } from '@earshot/shared';
import type { FeedReader } from './feedReader.ts';
import { Replay } from './replay.ts';
import type { FeedEntry } from './ring.ts';
import type { Sequencer } from './sequencer.ts';

interface GapFillerOptions {
  sequencer: Sequencer<FeedEntry>;
  reader: FeedReader;
  /** Milliseconds to wait for a gap to close by itself. */
  delayMs: number;
  /** Reports the number of changes read, and how the gap was detected: by a later change, or by comparing positions. */
  onFilled: (cause: 'gap_filled' | 'healed_by_check', count: number) => void;
  /** Reads the store to check that the changes delivered by the sequencer are still part of its history. */
  verify: () => Promise<boolean>;
  signal: AbortSignal;
}

/** Reads changes that the broker did not deliver to one feed from the store. Runs one read at a time. */
export class GapFiller {
  readonly #options: GapFillerOptions;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;

  constructor(options: GapFillerOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#clearTimer(), { once: true });
  }

  /**
   * Must be called whenever the sequencer has moved. Waits for a gap to close by itself, because publishers on two instances overtake each
   * other by milliseconds; then fills it. The wait restarts with every progress: a busy room always has a gap, each time a different one.
   */
  onProgress(): void {
    const { sequencer, delayMs, signal } = this.#options;
    if (!sequencer.hasGap) this.#clearTimer();
    if (!sequencer.hasGap || this.#timer || this.#reading || signal.aborted) return;
    const { headSeq } = sequencer;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (sequencer.headSeq > headSeq) this.onProgress();
      else void this.#fillGap();
    }, delayMs).unref();
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Retries every failure of the store. Ends when the gap is filled or the feed is closed. */
  async #fillGap(): Promise<void> {
    const { sequencer, onFilled, signal } = this.#options;
    const knownBefore = sequencer.highestKnown;
    const cause = sequencer.pendingCount > 0 ? 'gap_filled' : 'healed_by_check';
    this.#reading = true;
    try {
      const count = await this.#readToEnd();
      sequencer.endFill(knownBefore);
      if (count > 0) onFilled(cause, count);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#reading = false;
    }
    this.onProgress();
  }

  async #readToEnd(): Promise<number> {
    const { sequencer, reader, verify } = this.#options;
    let count = 0;
    let replay: Replay | undefined;
    for (;;) {
      // Not a shared read: the answer to an earlier request may lack the missing changes.
      const [page, isSameHistory] = await Promise.all([reader.page(sequencer.headSeq), count > 0 || verify()]);
      if (!isSameHistory) return 0;
      for (const message of page.messages) {
        const seq = message.updatedSeq;
        if (seq <= sequencer.headSeq) continue; // delivered by the broker during the read
        // After the first `fillGap` the sequencer delivers nothing else, so the highest known `seq` stays valid to the end.
        replay ??= new Replay(sequencer.headSeq);
        sequencer.fillGap(seq, { event: replay.event(message), fromConnectionId: '', position: positionOf(message) });
        count += 1;
      }
      if (page.isLast) return count;
    }
  }
}
