import { yieldToEventLoop } from '../../../feed/yieldToEventLoop.ts';
import { TickLimit } from '../../tickLimit.ts';

/** Does what one client asks for in order, some of it in each turn of the event loop. */
export class TickQueue {
  readonly #tickLimit = new TickLimit();
  /** Whether something that has begun goes on in later turns. */
  #isBusy = false;
  /** What comes after that; null: nothing. */
  #queue: { weight: number; begin: () => void }[] | null = null;
  #weight = 0;

  /** The weights of what waits, together. */
  get weight(): number {
    return this.#weight;
  }

  /** Begins at once, or after all that came before. `begin` must not throw. */
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
   * Does something for each of these, in order. Gives a promise where some are left for later turns: what `run` is given
   * meanwhile waits for them. `act` must not throw.
   */
  forEach<T>(items: readonly T[], act: (item: T, index: number) => void): Promise<void> | undefined {
    const entries = items.entries();
    let entry = entries.next();
    const resume = () => {
      for (; !entry.done && this.#tickLimit.take(); entry = entries.next()) act(entry.value[1], entry.value[0]);
      return entry.done === true;
    };
    return resume() ? undefined : this.#finish(resume);
  }

  async #finish(resume: () => boolean): Promise<void> {
    this.#isBusy = true;
    do await yieldToEventLoop();
    while (!resume());
    this.#isBusy = false;
    this.#beginNext();
  }

  #beginNext(): void {
    // One of them may again leave something for later.
    while (!this.#isBusy) {
      const next = this.#queue?.shift();
      if (next === undefined) break;
      this.#weight -= next.weight;
      next.begin();
    }
    if (this.#queue?.length === 0) this.#queue = null;
  }
}
