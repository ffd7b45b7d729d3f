import { limits, missingItems } from '@earshot/shared/plain';
import type { ReportPage, StoredReport } from './reports.ts';

/** Approximate characters of an item, and of each of its messages, without their texts. */
const charsBesideTexts = 400;

/** Fills a page of items in their order, until it has `limit` items, or they have `limits.pageChars` characters together. */
export class ReportPageFill {
  readonly #limit: number;
  readonly #reports: StoredReport[] = [];
  #chars = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#reports.length >= this.#limit || this.#chars >= limits.pageChars;
  }

  /** How many more items fill the page if they are like those on it; 0 if it is full. */
  get missing(): number {
    return missingItems({ limit: this.#limit, count: this.#reports.length, chars: this.#chars });
  }

  /** Must not be called when the page is full. */
  add(report: StoredReport): void {
    this.#reports.push(report);
    this.#chars += reportWeight(report);
  }

  /** `found`: the ids of the first items of the page and of those after it; more than `limit` if there may be more. */
  toPage(found: readonly string[]): ReportPage {
    const last = this.#reports.at(-1)?.id ?? found.at(-1) ?? null;
    const hasMore = found.length > this.#limit || (this.isFull && last !== found.at(-1));
    return { reports: this.#reports, next: hasMore ? last : null };
  }
}

function reportWeight({ note, message, context }: StoredReport): number {
  const texts = [note, message?.content, ...context.map(({ content }) => content)];
  return texts.reduce((chars, text) => chars + (text?.length ?? 0) + charsBesideTexts, 0);
}
