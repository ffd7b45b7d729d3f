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
  readonly #pending = new Map<number, T>();
  #headSeq = 0;
  #highestKnown = 0;
  #isStarted = false;
  #isFilling = true;

  /** `capacity`: maximum number of early changes kept. Further ones are dropped without loss, because the store has them. */
  constructor(capacity: number, deliver: (item: T) => void) {
    this.#capacity = capacity;
    this.#deliver = deliver;
  }

  /** The number of the change delivered last. */
  get headSeq(): number {
    return this.#headSeq;
  }

  /** The highest number known to exist. */
  get highestKnown(): number {
    return this.#highestKnown;
  }

  /** Whether changes are known to exist that can't be delivered yet. Always false before `start`. */
  get hasGap(): boolean {
    return this.#isStarted && this.#highestKnown > this.#headSeq;
  }

  /** Whether all changes known to exist have been delivered and no read of the store is in progress. */
  get isComplete(): boolean {
    return this.#isStarted && !this.#isFilling && this.#highestKnown <= this.#headSeq;
  }

  /** Number of changes that wait for earlier ones. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Begins after `seq`. Changes offered before are held. Returns the held changes with numbers up to `seq`. */
  start(seq: number): T[] {
    const early = Array.from(this.#pending).filter(([held]) => held <= seq);
    this.#isStarted = true;
    this.#headSeq = seq;
    this.endFill(seq);
    return early.map(([, item]) => item);
  }

  /** Takes a change from the unreliable source. */
  offer(seq: number, item: T): 'delivered' | 'held' | 'duplicate' {
    if (seq <= this.#headSeq || this.#pending.has(seq)) return 'duplicate';
    this.noteKnown(seq);
    if (this.#isFilling || seq > this.#headSeq + 1) {
      if (this.#pending.size < this.#capacity) this.#pending.set(seq, item);
      return 'held';
    }
    this.#advance(seq, item);
    this.#drain();
    return 'delivered';
  }

  /** Records that a change with this number exists. */
  noteKnown(seq: number): void {
    this.#highestKnown = Math.max(this.#highestKnown, seq);
  }

  /**
   * Takes a change from the store; numbers that the store skips do not exist. From here to `endFill`, offered changes are held: a message
   * that is missing between two pages may be on a later page, so the position is not complete yet.
   */
  fillGap(seq: number, item: T): boolean {
    this.#isFilling = true;
    if (seq <= this.#headSeq) return false;
    this.#advance(seq, item);
    return true;
  }

  /**
   * Ends a fill: the store has returned all its changes. `knownBefore` is the value of `highestKnown` before the read: a change up to that
   * number that is still missing does not exist, and is no longer waited for.
   */
  endFill(knownBefore: number): void {
    this.#isFilling = false;
    this.#drain();
    for (const seq of this.#pending.keys()) if (seq <= Math.max(knownBefore, this.#headSeq)) this.#pending.delete(seq);
    this.#highestKnown = this.#highestKnown > knownBefore ? Math.max(this.#highestKnown, this.#headSeq) : this.#headSeq;
  }

  #advance(seq: number, item: T): void {
    this.#headSeq = seq;
    this.noteKnown(seq);
    this.#pending.delete(seq);
    this.#deliver(item);
  }

  #drain(): void {
    for (;;) {
      const seq = this.#headSeq + 1;
      const item = this.#pending.get(seq);
      if (item === undefined) return;
      this.#advance(seq, item);
    }
  }
}
