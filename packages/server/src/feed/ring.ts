import type { BrokerEvent } from './envelope.ts';

/** An event as a feed delivers it. `seq` is the number of a lasting change, null for a passing event. */
export interface Entry {
  event: BrokerEvent;
  from: string;
  seq: number | null;
}

/**
 * The latest entries of a feed, each at an ascending offset. All readers share it, so a slow one costs no memory: what
 * it has not read in time is gone from here, and it reads the store instead.
 */
export class Ring {
  readonly capacity: number;
  readonly #entries: Entry[] = [];
  #end = 0;
  #floor = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The offset of the oldest entry kept. */
  get start(): number {
    return this.#end - this.#entries.length;
  }

  /** The offset that the next entry will take. */
  get end(): number {
    return this.#end;
  }

  /** Every change after this number is kept here, as far as the feed knows it. */
  get floor(): number {
    return this.#floor;
  }

  /** The number of the last change before the feed began. */
  startAfter(seq: number): void {
    this.#floor = seq;
  }

  push(entry: Entry): void {
    const slot = this.#end % this.capacity;
    const evicted = this.#entries[slot];
    if (evicted && evicted.seq !== null) this.#floor = evicted.seq;
    this.#entries[slot] = entry;
    this.#end += 1;
  }

  at(offset: number): Entry | undefined {
    return offset >= this.start && offset < this.#end ? this.#entries[offset % this.capacity] : undefined;
  }
}

/**
 * Where one reader stands: an offset in the ring and the number of the last change it was given. It starts at the
 * ring's oldest entry and passes over what it has already (`seq`), so that it does not matter in which order a feed is
 * attached to, the store is read, and changes arrive.
 */
export class Cursor {
  readonly #passingFrom: number;
  #offset = 0;
  #seq: number;

  /** `passingFrom`: passing events at earlier offsets happened before the reader came, and are not for it. */
  constructor(seq: number, passingFrom: number) {
    this.#seq = seq;
    this.#passingFrom = passingFrom;
  }

  get seq(): number {
    return this.#seq;
  }

  /** The reader was given a change by other means. */
  advanceTo(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
  }

  /** The reader was given all that the ring holds before `offset`, up to the change `seq`. */
  moveTo(offset: number, seq: number): void {
    this.#offset = Math.max(this.#offset, offset);
    this.advanceTo(seq);
  }

  /** Whether the reader was given all that there is. */
  isAtEnd(ring: Ring): boolean {
    return this.#offset === ring.end;
  }

  /** The next entry for this reader; `behind` when the ring no longer holds it; undefined when there is none yet. */
  next(ring: Ring): Entry | 'behind' | undefined {
    if (this.#seq < ring.floor) return 'behind';
    this.#offset = Math.max(this.#offset, ring.start);
    for (let entry = ring.at(this.#offset); entry; entry = ring.at(this.#offset)) {
      const offset = this.#offset++;
      if (entry.seq === null) {
        if (offset >= this.#passingFrom) return entry;
      } else if (entry.seq > this.#seq) {
        this.#seq = entry.seq;
        return entry;
      }
    }
    return undefined;
  }
}
