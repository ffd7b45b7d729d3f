/** The share of the free places that may be taken without counting again. Many instances together exceed a limit by little. */
const share = 100;

/**
 * Limits a number of items without counting all of them for each new one: a count allows some more items, fewer as the limit comes closer, and
 * none just below it.
 */
export class OpenAllowance {
  readonly #allowed = new Map<string, number>();

  /** Whether an item may be added without a count. `queue`: which items are limited together. */
  take(queue: string): boolean {
    const allowed = this.#allowed.get(queue) ?? 0;
    if (allowed > 0) this.#allowed.set(queue, allowed - 1);
    return allowed > 0;
  }

  /** Records a count, `free` below the limit, for an item that is added now. */
  counted(queue: string, free: number): void {
    this.#allowed.set(queue, Math.floor(free / share));
  }
}
