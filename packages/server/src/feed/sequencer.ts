/**
 * Puts the numbered changes of one room in order. Changes come from an unreliable source that loses, repeats and reorders them (`offer`),
 * and from the store, which is read when a change is missing (`fillGap`, then `endFill`). Each number is delivered at most once, in
 * ascending order. A number is skipped only if the store skips it.
 *
 * It has no clock and does no I/O: its owner checks `hasGap` and decides when to read the store.
 */
export class Sequencer<T> {
  readonly #deliver: (item: T) => void;
  readonly #capacity: number;
  readonly #held = new Map<number, T>();
  #last = 0;
  #wanted = 0;
  #started = false;
  #holding = true;

  /** `capacity`: maximum number of early changes kept. Further ones are dropped without loss, because the store has them. */
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

  /** Whether changes are known to exist that can't be delivered yet. Always false before `start`. */
  get behind(): boolean {
    return this.#started && this.#wanted > this.#last;
  }

  /** Whether all changes known to exist have been delivered and no read of the store is in progress. */
  get complete(): boolean {
    return this.#started && !this.#holding && this.#wanted <= this.#last;
  }

  /** Number of changes that wait for earlier ones. */
  get held(): number {
    return this.#held.size;
  }

  /** Begins after `seq`. Changes offered before are held. Returns the held changes with numbers up to `seq`. */
  start(seq: number): T[] {
    const early = Array.from(this.#held).filter(([held]) => held <= seq);
    this.#started = true;
    this.#last = seq;
    this.settle(seq);
    return early.map(([, item]) => item);
  }

  /** Takes a change from the unreliable source. */
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

  /** Records that a change with this number exists. */
  expect(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
  }

  /**
   * Takes a change from the store; numbers that the store skips do not exist. From here to `endFill`, offered changes are held: a message
   * that is missing between two pages may be on a later page, so the position is not complete yet.
   */
  fill(seq: number, item: T): boolean {
    this.#holding = true;
    if (seq <= this.#last) return false;
    this.#advance(seq, item);
    return true;
  }

  /**
   * Ends a fill: the store has returned all its changes. `knownBefore` is the value of `highestKnown` before the read: a change up to that
   * number that is still missing does not exist, and is no longer waited for.
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
