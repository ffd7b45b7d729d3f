import type { Position } from '@earshot/shared';
import { Batch } from './batch.ts';
import type { Ring } from './ring.ts';
import type { Passenger } from './seat.ts';
import { Section, type SectionContext } from './section.ts';
import type { Signal } from './stop.ts';
import type { Turn } from './turn.ts';
import type { TurnShare } from './turnShare.ts';

interface FanOutOptions {
  turn: Turn;
  share: TurnShare;
  /** Number of watchers from which events in quick succession are coalesced. */
  crowd: number;
  /** Maximum number of watchers written to in one step. */
  sectionSize: number;
}

/** Maximum number of entries in one write. */
const batchMax = 64;

/**
 * Writes the events of one feed to all watchers that are up to date. Each event is encoded once per codec and framed once per sink key.
 * Watchers are divided into sections. Sections are written to one after another, over several turns of the event loop if there are many. A
 * watcher is detached when its sink is full or an event needs its slow path. Its cursor then stands after the last entry it received. It
 * catches up by itself and attaches again once it is up to date.
 */
export class FanOut implements SectionContext {
  readonly ring: Ring;
  readonly turn: Turn;
  readonly share: TurnShare;
  readonly #crowd: number;
  readonly #sectionSize: number;
  readonly #sections: Section[] = [];
  /** The batch being written. It is kept until every section that starts at its offset has written it. */
  #batch: Batch | undefined;
  #dismissed = false;

  constructor(ring: Ring, { turn, share, crowd, sectionSize }: FanOutOptions) {
    this.ring = ring;
    this.turn = turn;
    this.share = share;
    this.#crowd = crowd;
    this.#sectionSize = sectionSize;
  }

  /** Number of attached watchers. */
  get size(): number {
    let size = 0;
    for (const section of this.#sections) size += section.size;
    return size;
  }

  get isCrowded(): boolean {
    return this.size >= this.#crowd;
  }

  /**
   * Delivers to a watcher until it is detached or the signal aborts: from then on nothing is written to it, and `onEnd` is called. Detaches
   * immediately if the watcher is not up to date. Returns a function that immediately writes the watcher's pending entries.
   */
  carry(passenger: Passenger, signal: Signal, ended: () => void): () => void {
    if (signal.aborted || this.#dismissed || !passenger.cursor.isAtEnd(this.ring)) {
      this.share.run(ended);
      return () => {};
    }
    const section = this.#sections.find(({ size }) => size < this.#sectionSize) ?? this.#addSection();
    section.carry(passenger, signal, ended);
    return section.flush;
  }

  /** Must be called after every push to the ring. */
  grown(): void {
    this.#batch = undefined; // the entry may replace the text of an earlier one
    for (const section of this.#sections) section.grown();
  }

  /** Writes all pending entries immediately. */
  flush(): void {
    for (const section of this.#sections) section.flush();
  }

  /** Detaches all watchers without writing their pending entries, and accepts no more. */
  dismiss(): void {
    this.#dismissed = true;
    for (const section of this.#sections) section.dismiss();
  }

  batchFrom(offset: number, position: Position): Batch {
    if (this.#batch?.offset !== offset) this.#batch = new Batch(this.ring, { offset, position, max: batchMax });
    return this.#batch;
  }

  written(): void {
    if (this.#sections.every(({ isUpToDate }) => isUpToDate)) this.#batch = undefined;
  }

  #addSection(): Section {
    const section = new Section(this);
    this.#sections.push(section);
    return section;
  }
}
