import { isFullPage, positionOf } from '@earshot/shared';
import { Replay } from './replay.ts';
import type { Entry } from './ring.ts';
import type { RoomReader } from './roomReader.ts';
import type { Sequencer } from './sequencer.ts';

interface GapFillerOptions {
  sequencer: Sequencer<Entry>;
  reader: RoomReader;
  /** Milliseconds to wait for a gap to close by itself. */
  patienceMs: number;
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
    options.signal.addEventListener('abort', () => this.#disarm(), { once: true });
  }

  /**
   * Must be called whenever the sequencer has moved. Waits for a gap to close by itself, because publishers on two instances overtake each
   * other by milliseconds; then fills it. The wait restarts with every progress: a busy room always has a gap, each time a different one.
   */
  watch(): void {
    const { sequencer, patienceMs, signal } = this.#options;
    if (!sequencer.behind) this.#disarm();
    if (!sequencer.behind || this.#timer || this.#reading || signal.aborted) return;
    const { last } = sequencer;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (sequencer.last > last) this.watch();
      else void this.#fill();
    }, patienceMs).unref();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Retries every failure of the store. Ends when the gap is filled or the feed is closed. */
  async #fill(): Promise<void> {
    const { sequencer, onFilled, signal } = this.#options;
    const asked = sequencer.wanted;
    const cause = sequencer.held > 0 ? 'gap_filled' : 'healed_by_check';
    this.#reading = true;
    try {
      const count = await this.#readToEnd();
      sequencer.settle(asked);
      if (count > 0) onFilled(cause, count);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#reading = false;
    }
    this.watch();
  }

  async #readToEnd(): Promise<number> {
    const { sequencer, reader, verify } = this.#options;
    let count = 0;
    let replay: Replay | undefined;
    for (;;) {
      // Not a shared read: the answer to an earlier request may lack the missing changes.
      const [page, isSameHistory] = await Promise.all([reader.page(sequencer.last), count > 0 || verify()]);
      if (!isSameHistory) return 0;
      for (const message of page) {
        const seq = message.updatedSeq;
        if (seq <= sequencer.last) continue; // delivered by the broker during the read
        // After the first `fillGap` the sequencer delivers nothing else, so the highest known `seq` stays valid to the end.
        replay ??= new Replay(sequencer.last);
        sequencer.fill(seq, { event: replay.event(message), from: '', position: positionOf(message) });
        count += 1;
      }
      if (!isFullPage(page, reader.pageSize)) return count;
    }
  }
}
