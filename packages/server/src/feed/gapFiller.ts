import { isFullPage, positionOf } from '@earshot/shared';
import { Replay } from './replay.ts';
import type { Entry } from './ring.ts';
import type { RoomReader } from './roomReader.ts';
import type { Sequencer } from './sequencer.ts';

interface GapFillerOptions {
  sequencer: Sequencer<Entry>;
  reader: RoomReader;
  /** Milliseconds that a gap may close by itself. */
  patienceMs: number;
  /** Tells how many changes were read, and what had shown that they were missing: a later change, or a comparison. */
  onFilled: (cause: 'gap_filled' | 'healed_by_check', count: number) => void;
  /** Whether what the sequencer has delivered is still part of the store's history; reads the store. */
  verify: () => Promise<boolean>;
  signal: AbortSignal;
}

/** Reads from the store what the broker did not bring to one feed. Never two reads at a time. */
export class GapFiller {
  readonly #options: GapFillerOptions;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;

  constructor(options: GapFillerOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#disarm(), { once: true });
  }

  /**
   * To be called whenever the sequencer has moved. Gives a gap some time to close by itself, because publishers on two
   * instances overtake each other by milliseconds; then fills it. Time counts from the last progress: in a busy room
   * there is always some gap, each a new one.
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

  /** Every failure of the store is waited out: this ends with the gap, or with the feed. */
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
      // Not a shared read: an answer that somebody else asked for earlier may lack what is missing here.
      const [page, isSameHistory] = await Promise.all([reader.page(sequencer.last), count > 0 || verify()]);
      if (!isSameHistory) return 0;
      for (const message of page) {
        const seq = message.updatedSeq;
        if (seq <= sequencer.last) continue; // came by itself while the store was read
        // From the first `fill` on nothing else is delivered: what is known at this moment stays true to the end.
        replay ??= new Replay(sequencer.last);
        sequencer.fill(seq, { event: replay.event(message), from: '', position: positionOf(message) });
        count += 1;
      }
      if (!isFullPage(page, reader.pageSize)) return count;
    }
  }
}
