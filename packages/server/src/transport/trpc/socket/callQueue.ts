import { StartsPerTick } from '../../../async/startsPerTick.ts';

/** Runs one client's work in order, and a bounded part of it in each tick of the event loop. */
export class CallQueue {
  readonly #starts: StartsPerTick;
  /** Whether work has begun that continues in later ticks. */
  #isBusy = false;
  /** The work queued behind it; null if there is none. */
  #queue: { weight: number; begin: () => void }[] | null = null;
  #weight = 0;

  /** @param starts may be shared with other queues, which are then bounded together. */
  constructor(starts = new StartsPerTick()) {
    this.#starts = starts;
  }

  /** The total weight of the queued work. */
  get weight(): number {
    return this.#weight;
  }

  /** Runs `begin` at once, or after all earlier work. `begin` must not throw. */
  run(weight: number, begin: () => void): void {
    if (this.#isBusy) {
      this.#weight += weight;
      this.#queue ??= [];
      this.#queue.push({ weight, begin });
    } else {
      begin();
    }
  }

  /**
   * Calls `act` for each item, in order. Returns a promise if some are left for later ticks; work passed to `run` waits
   * for them. `act` must not throw.
   */
  forEach<T>(items: readonly T[], act: (item: T, index: number) => void): Promise<void> | undefined {
    const entries = items.entries();
    for (let entry = entries.next(); !entry.done; entry = entries.next()) {
      const wait = this.#starts.take();
      if (wait) return this.#finish(entry.value, entries, { wait, act });
      act(entry.value[1], entry.value[0]);
    }
    return undefined;
  }

  async #finish<T>([index, item]: [number, T], rest: Iterable<[number, T]>, { wait, act }: Deferred<T>): Promise<void> {
    this.#isBusy = true;
    await wait;
    act(item, index);
    for (const [index, item] of rest) {
      await this.#starts.take();
      act(item, index);
    }
    this.#isBusy = false;
    this.#beginNext();
  }

  #beginNext(): void {
    // Queued work may again leave items for later ticks.
    while (!this.#isBusy) {
      const next = this.#queue?.shift();
      if (next === undefined) break;
      this.#weight -= next.weight;
      next.begin();
    }
    if (this.#queue?.length === 0) this.#queue = null;
  }
}

interface Deferred<T> {
  wait: Promise<void>;
  act: (item: T, index: number) => void;
}
