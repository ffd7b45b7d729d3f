import { isInHistory, type Position } from '@earshot/shared';
import type { Ring } from './ring.ts';

interface HistoryCheckOptions {
  ring: Ring;
  /** Reads the last change with a number up to `seq` from the store. Retries while the store fails; rejects when the feed is closed. */
  lastChange: (seq: number) => Promise<Position>;
  /** Requests a comparison of the position with the store's. */
  requestCheck: () => void;
  onReplaced: () => void;
}

/** Milliseconds before the store is asked a second time when its history seems to differ. */
const recheckMs = 500;

/** Detects that the store's history of a room differs from the history its feed delivered, for example after a backup was restored. */
export class HistoryCheck {
  readonly #options: HistoryCheckOptions;
  #looksReplaced = false;
  #recheckTimer: NodeJS.Timeout | undefined;
  #verifying = false;

  constructor(options: HistoryCheckOptions) {
    this.#options = options;
  }

  /**
   * Compares the store's `head` with `feedHead`, the feed's position when the store was asked. Returns false if the store is behind the
   * feed or has a different change at its position. Only two such answers in a row count: a database that just elected a primary may
   * briefly return an older state.
   */
  compare(head: Position, feedHead: Position): boolean {
    const looksReplaced = head.seq < feedHead.seq || (head.seq === feedHead.seq && head.time !== feedHead.time);
    if (looksReplaced && this.#looksReplaced) this.#options.onReplaced();
    else if (looksReplaced) this.#recheckTimer = setTimeout(this.#options.requestCheck, recheckMs).unref();
    this.#looksReplaced = looksReplaced;
    return !looksReplaced;
  }

  /**
   * Handles a change with a number that was already passed. If it differs from the delivered change, or is later than every delivered
   * change, the history may have been replaced, so the store is asked.
   */
  checkReceived({ seq, time }: Position): void {
    const { head } = this.#options.ring;
    const found = this.#options.ring.lastChange(seq);
    const delivered = found?.seq === seq ? found : undefined;
    const differs = delivered ? delivered.time !== time : seq < head.seq && time > head.time;
    if (!differs || this.#verifying) return;
    this.#verifying = true;
    this.verify(delivered ?? head)
      .catch(() => {}) // the feed is closed
      .finally(() => {
        this.#verifying = false;
      });
  }

  /** Resolves to whether the store's history still contains the changes delivered up to `known`. Rejects when the feed is closed. */
  async verify(known: Position): Promise<boolean> {
    if (known.seq === 0) return true;
    const isSame = isInHistory(known, await this.#options.lastChange(known.seq));
    if (!isSame) this.#options.onReplaced();
    return isSame;
  }

  close(): void {
    clearTimeout(this.#recheckTimer);
  }
}
