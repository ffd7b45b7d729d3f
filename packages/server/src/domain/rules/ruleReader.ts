import { yieldToEventLoop } from '../../async/yieldToEventLoop.ts';
import type { Rule, RulePosition, RuleStore } from '../../store/rules.ts';

/** Number of rules in one read. An embedded store reads and converts them without a pause: 200 take some 5 ms. */
const pageSize = 200;

/** How far a regular read goes back before the latest change, in milliseconds, because a write may appear after later ones. */
const overlapMs = 30_000;
/** How far a read because of a hint goes back: less, so that many writes in a row cost little. */
const hintOverlapMs = 2_000;

interface RuleReaderOptions {
  store: Pick<RuleStore, 'changedSince'>;
  onPage: (rules: readonly Rule[]) => void;
  /** Returns milliseconds; never goes back. */
  clock?: () => number;
}

/** Reads the rules that have changed, page by page. Other work runs between two pages. */
export class RuleReader {
  readonly #options: Required<RuleReaderOptions>;
  /** The position of the latest change that was read. */
  #newest: RulePosition | null = null;
  /** When `#newest` was first read, by `clock`. */
  #newestReadAt = 0;
  /**
   * Whether no write before `#newest` can appear any more: a rule that is written now is later, because its writer knows `#newest`
   * (`updatedAfter`). Then reads don't go back, so that many rules that were written together are not read again.
   */
  #isSettled = false;

  constructor(options: RuleReaderOptions) {
    this.#options = { clock: () => performance.now(), ...options };
  }

  /** Reads all rules at first, then those that have changed since. */
  async read({ isHinted }: { isHinted: boolean }): Promise<void> {
    const { clock } = this.#options;
    const known = this.#newest;
    const settles = !isHinted && known !== null && clock() - this.#newestReadAt >= overlapMs;
    await this.#readPages(this.#startOf(isHinted ? hintOverlapMs : overlapMs));
    if (settles && this.#newest === known) this.#isSettled = true;
  }

  #startOf(backMs: number): RulePosition | null {
    if (this.#newest === null || this.#isSettled) return this.#newest;
    return { updatedAt: new Date(this.#newest.updatedAt.getTime() - backMs), id: '' };
  }

  async #readPages(from: RulePosition | null): Promise<void> {
    const { store, onPage } = this.#options;
    for (let after = from; ; ) {
      const page = await store.changedSince(after, pageSize);
      onPage(page);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last;
      this.#onRead(last);
      if (page.length < pageSize) return;
      await yieldToEventLoop();
    }
  }

  #onRead({ updatedAt, id }: RulePosition): void {
    if (this.#newest !== null && !isLater({ updatedAt, id }, this.#newest)) return;
    this.#newest = { updatedAt, id };
    this.#newestReadAt = this.#options.clock();
    this.#isSettled = false;
  }
}

const isLater = (position: RulePosition, than: RulePosition): boolean =>
  position.updatedAt > than.updatedAt ||
  (position.updatedAt.getTime() === than.updatedAt.getTime() && position.id > than.id);
