import type { Rule, RulePosition, RuleStore } from '../../store/rules.ts';

/** Number of rules in one read. */
const pageSize = 1_000;

/** Reads the rules that have changed, page by page. */
export class RuleReader {
  readonly #store: Pick<RuleStore, 'changedSince'>;
  readonly #onPage: (rules: readonly Rule[]) => void;
  /** The position of the latest change that was read. */
  #newest: RulePosition | null = null;

  constructor(store: Pick<RuleStore, 'changedSince'>, onPage: (rules: readonly Rule[]) => void) {
    this.#store = store;
    this.#onPage = onPage;
  }

  /** Reads every rule that was changed since `backMs` milliseconds before the latest known change; all rules, if there is none. */
  async read(backMs: number): Promise<void> {
    const from = this.#newest && { updatedAt: new Date(this.#newest.updatedAt.getTime() - backMs), id: '' };
    for (let after: RulePosition | null = from; ; ) {
      const page = await this.#store.changedSince(after, pageSize);
      this.#onPage(page);
      after = page.at(-1) ?? after;
      if (isLater(after, this.#newest)) this.#newest = after;
      if (page.length < pageSize) return;
    }
  }
}

const isLater = (position: RulePosition | null, than: RulePosition | null): boolean =>
  position !== null && (than === null || position.updatedAt >= than.updatedAt);
