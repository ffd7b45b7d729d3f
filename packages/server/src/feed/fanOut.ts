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
  /** Watchers from which on events that follow each other fast are gathered. */
  crowd: number;
  /** Watchers that are written to in one step. */
  sectionSize: number;
}

/** Entries that are written at a time. */
const batchMax = 64;

/**
 * Writes the events of one feed to all watchers that are up to date: each event is encoded once, and framed once for each
 * key in use. Watchers are divided into sections, which are written to one after the other, in several turns of the event
 * loop where they are many. A watcher for whom this will not do (its sink is full, an event is particular) gets off with
 * its cursor after what it was given, goes on by itself, and comes back when it is up to date again.
 */
export class FanOut implements SectionContext {
  readonly ring: Ring;
  readonly turn: Turn;
  readonly share: TurnShare;
  readonly #crowd: number;
  readonly #sectionSize: number;
  readonly #sections: Section[] = [];
  /** What sections are written, until all that stand where it begins have it. */
  #batch: Batch | undefined;
  #dismissed = false;

  constructor(ring: Ring, { turn, share, crowd, sectionSize }: FanOutOptions) {
    this.ring = ring;
    this.turn = turn;
    this.share = share;
    this.#crowd = crowd;
    this.#sectionSize = sectionSize;
  }

  /** Watchers on board. */
  get size(): number {
    let size = 0;
    for (const section of this.#sections) size += section.size;
    return size;
  }

  get isCrowded(): boolean {
    return this.size >= this.#crowd;
  }

  /**
   * Serves a watcher until it gets off, or the signal aborts: from that moment on nothing is written to it, and `ended`
   * is called. At once, if there is something that it was not given yet. Gives how to have written to it, at once, what
   * waits to be.
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

  /** To be called whenever an entry was put into the ring. */
  grown(): void {
    this.#batch = undefined; // the entry may replace the text of an earlier one
    for (const section of this.#sections) section.grown();
  }

  /** Writes what waits, at once. */
  flush(): void {
    for (const section of this.#sections) section.flush();
  }

  /** All get off, with what waits to be written left unwritten, and nobody is served from here on. */
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
