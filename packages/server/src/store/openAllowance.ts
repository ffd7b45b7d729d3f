/** The part of what is free that may be added before the next count. It is small, because each instance counts for itself. */
const uncountedShare = 1 / 100;

/**
 * Limits a number of items without counting all of them for each new one: a count allows some more items, fewer as the limit comes closer, and
 * none just below it.
 */
export class OpenAllowance {
  readonly #allowed = new Map<string, number>();

  /** Returns whether an item may be added without a count. Items of one `queue` are limited together. */
  take(queue: string): boolean {
    const allowed = this.#allowed.get(queue) ?? 0;
    if (allowed > 0) this.#allowed.set(queue, allowed - 1);
    return allowed > 0;
  }

  /** Records a count that is `free` below the limit, before an item is added. */
  noteCount(queue: string, free: number): void {
    this.#allowed.set(queue, Math.floor(free * uncountedShare));
  }
}
