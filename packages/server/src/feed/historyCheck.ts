import { continues, type Position } from '@earshot/shared';
import type { Ring } from './ring.ts';

interface HistoryCheckOptions {
  ring: Ring;
  /** Reads the last change up to a number from the store. Waits for as long as the store fails; rejects when the feed is closed. */
  lastChange: (seq: number) => Promise<Position>;
  /** Asks for the position to be compared with the store's, soon. */
  requestCheck: () => void;
  onReplaced: () => void;
}

/** Milliseconds after which the store is asked again when it seems to have another history. */
const secondLookMs = 500;

/** Notices when the store has another history of a room than its feed delivered, as after a backup was restored. */
export class HistoryCheck {
  readonly #options: HistoryCheckOptions;
  #looksReplaced = false;
  #secondLook: NodeJS.Timeout | undefined;
  #verifying = false;

  constructor(options: HistoryCheckOptions) {
    this.#options = options;
  }

  /**
   * The store says that the room is at `head`, and was asked when the feed was at `last`. False when it is behind the feed, or
   * has another change at its position. It is believed when it says so twice: a database whose primary was just elected may
   * show less than before for a moment.
   */
  compare(head: Position, last: Position): boolean {
    const looksReplaced = head.seq < last.seq || (head.seq === last.seq && head.time !== last.time);
    if (looksReplaced && this.#looksReplaced) this.#options.onReplaced();
    else if (looksReplaced) this.#secondLook = setTimeout(this.#options.requestCheck, secondLookMs).unref();
    this.#looksReplaced = looksReplaced;
    return !looksReplaced;
  }

  /**
   * A change came whose number was passed. If it is another one than was delivered, or later than all that was, that is a hint,
   * and the store is asked.
   */
  hint({ seq, time }: Position): void {
    const { head } = this.#options.ring;
    const found = this.#options.ring.lastChange(seq);
    const delivered = found?.seq === seq ? found : undefined;
    const isOther = delivered ? delivered.time !== time : seq < head.seq && time > head.time;
    if (!isOther || this.#verifying) return;
    this.#verifying = true;
    this.verify(delivered ?? head)
      .catch(() => {}) // the feed is closed
      .finally(() => {
        this.#verifying = false;
      });
  }

  /** Whether the store's history still has what was delivered up to `known`. Rejects when the feed is closed. */
  async verify(known: Position): Promise<boolean> {
    if (known.seq === 0) return true;
    const isSame = continues(known, await this.#options.lastChange(known.seq));
    if (!isSame) this.#options.onReplaced();
    return isSame;
  }

  close(): void {
    clearTimeout(this.#secondLook);
  }
}
