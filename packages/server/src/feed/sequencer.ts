/**
 * Puts the numbered changes of one room in order. Changes come from a source that loses, repeats and reorders them
 * (`offer`), and from the truth, asked when something is missing (`fill`, then `settle`). Each number is delivered at
 * most once, in ascending order. A number is skipped only if the truth skips it.
 *
 * It holds no clock and does no I/O: whoever owns it looks at `behind` and decides when to ask.
 */
export class Sequencer<T> {
  readonly #deliver: (item: T) => void;
  readonly #capacity: number;
  readonly #held = new Map<number, T>();
  #last = 0;
  #wanted = 0;
  #started = false;
  #holding = true;

  /** `capacity`: how many early changes are kept. More are forgotten, which costs nothing: the truth has them. */
  constructor(capacity: number, deliver: (item: T) => void) {
    this.#capacity = capacity;
    this.#deliver = deliver;
  }

  /** The number of the change delivered last. */
  get last(): number {
    return this.#last;
  }

  /** The highest number known to exist. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Whether changes are known to exist that can't be delivered yet. Never before `start`. */
  get behind(): boolean {
    return this.#started && this.#wanted > this.#last;
  }

  /** Whether all changes known to exist have been delivered, and none that the truth may still add to is missing. */
  get complete(): boolean {
    return this.#started && !this.#holding && this.#wanted <= this.#last;
  }

  /** How many changes wait for earlier ones. */
  get held(): number {
    return this.#held.size;
  }

  /** Begins after `seq`. Until then everything offered is held; gives what of it comes too early now. */
  start(seq: number): T[] {
    const early = Array.from(this.#held).filter(([held]) => held <= seq);
    this.#started = true;
    this.#last = seq;
    this.settle(seq);
    return early.map(([, item]) => item);
  }

  /** A change as the unreliable source tells it. */
  offer(seq: number, item: T): 'delivered' | 'held' | 'duplicate' {
    if (seq <= this.#last || this.#held.has(seq)) return 'duplicate';
    this.expect(seq);
    if (this.#holding || seq > this.#last + 1) {
      if (this.#held.size < this.#capacity) this.#held.set(seq, item);
      return 'held';
    }
    this.#advance(seq, item);
    this.#drain();
    return 'delivered';
  }

  /** Somebody says that a change of this number exists. */
  expect(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
  }

  /**
   * A change as the truth tells it; numbers it skips are gone for good. From here to `settle` what is offered is held:
   * between two pages of the truth a message may be missing that a later page brings, so the position is not yet whole.
   */
  fill(seq: number, item: T): boolean {
    this.#holding = true;
    if (seq <= this.#last) return false;
    this.#advance(seq, item);
    return true;
  }

  /**
   * The truth has told all it knows. `asked` is what `wanted` was before it was asked: a change up to there that is
   * still missing does not exist, whoever claimed it, and must not be waited for.
   */
  settle(asked: number): void {
    this.#holding = false;
    this.#drain();
    for (const seq of this.#held.keys()) if (seq <= Math.max(asked, this.#last)) this.#held.delete(seq);
    this.#wanted = this.#wanted > asked ? Math.max(this.#wanted, this.#last) : this.#last;
  }

  #advance(seq: number, item: T): void {
    this.#last = seq;
    this.expect(seq);
    this.#held.delete(seq);
    this.#deliver(item);
  }

  #drain(): void {
    for (;;) {
      const seq = this.#last + 1;
      const item = this.#held.get(seq);
      if (item === undefined) return;
      this.#advance(seq, item);
    }
  }
}
